using System.Buffers.Binary;

namespace Hyperplane.Mesh.Records;

/// <summary>The queue of bytes for one peer: messages are copied into an open frame, which is sealed in place when it
/// is full or when the turn ends.</summary>
/// <remarks>One block of memory that grows up to twice the limit; the live bytes never exceed the limit, so moving them
/// to its beginning costs less than writing them did.</remarks>
internal sealed class FrameWriter(FrameCipher cipher, int limitBytes)
{
    private const int FirstBytes = 65_536;

    /// <summary>Room kept for the last message, which tells why the connection ends.</summary>
    private const int ReservedBytes = RecordFormat.FrameHeaderBytes + RecordFormat.MessageHeaderBytes + 1;

    private byte[] _bytes = new byte[Math.Min(FirstBytes, 2 * limitBytes)];
    private int _head;
    private int _tail;
    private int _open = -1;

    /// <summary>Bytes that wait.</summary>
    public int QueuedBytes => _tail - _head;

    /// <summary>Bytes the queue still takes.</summary>
    public int FreeBytes => Math.Max(0, limitBytes - ReservedBytes - QueuedBytes);

    /// <summary>Queues a message; false when the limit forbids it.</summary>
    public bool TryAdd(byte type, ReadOnlySpan<byte> body)
    {
        int messageBytes = RecordFormat.MessageHeaderBytes + body.Length;
        if (_open >= 0 && OpenBytes + messageBytes > RecordFormat.FullFrameBytes)
            Seal();
        int neededBytes = messageBytes + (_open < 0 ? RecordFormat.FrameHeaderBytes : 0);
        if (neededBytes > FreeBytes)
            return false;
        Add(type, body, neededBytes);
        return true;
    }

    /// <summary>Queues the last message; room for it is always kept.</summary>
    public void AddClose(MeshDownReason reason)
    {
        Seal();
        Add(RecordFormat.CloseType, [(byte)reason], ReservedBytes);
        Seal();
    }

    /// <summary>Closes the open frame and gives all bytes to send.</summary>
    public ReadOnlySpan<byte> Sealed()
    {
        Seal();
        return _bytes.AsSpan(_head, QueuedBytes);
    }

    /// <summary>The kernel took the first bytes.</summary>
    public void Sent(int count)
    {
        _head += count;
        if (_head != _tail)
            return;
        _head = 0;
        _tail = 0;
    }

    private int OpenBytes => _tail - _open - RecordFormat.FrameHeaderBytes;

    private void Add(byte type, ReadOnlySpan<byte> body, int neededBytes)
    {
        MakeRoom(neededBytes);
        if (_open < 0)
        {
            _open = _tail;
            _tail += RecordFormat.FrameHeaderBytes;
        }

        Span<byte> message = _bytes.AsSpan(_tail);
        BinaryPrimitives.WriteInt32LittleEndian(message, body.Length | (type << 24));
        body.CopyTo(message[RecordFormat.MessageHeaderBytes..]);
        _tail += RecordFormat.MessageHeaderBytes + body.Length;
    }

    private void Seal()
    {
        if (_open < 0)
            return;
        Span<byte> frame = _bytes.AsSpan(_open, _tail - _open);
        Span<byte> text = frame[RecordFormat.FrameHeaderBytes..];
        BinaryPrimitives.WriteInt32LittleEndian(frame, text.Length);
        cipher.Seal(text, frame.Slice(RecordFormat.LengthBytes, RecordFormat.TagBytes));
        _open = -1;
    }

    private void MakeRoom(int count)
    {
        if (_tail + count <= _bytes.Length)
            return;
        int liveBytes = QueuedBytes;
        byte[] target = _bytes;
        if (_head < liveBytes || liveBytes + count > _bytes.Length)
        {
            long wantedBytes = Math.Max(2L * _bytes.Length, 2L * (liveBytes + count));
            target = new byte[Math.Min(wantedBytes, 2L * limitBytes)];
        }

        _bytes.AsSpan(_head, liveBytes).CopyTo(target);
        if (_open >= 0)
            _open -= _head;
        _bytes = target;
        _head = 0;
        _tail = liveBytes;
    }
}
