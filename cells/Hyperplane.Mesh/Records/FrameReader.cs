using System.Buffers.Binary;

namespace Hyperplane.Mesh.Records;

/// <summary>Turns the bytes of a session back into messages; any bytes lead to a verdict, never to an
/// exception.</summary>
/// <remarks>Its block of memory grows, when the sender fills it, to two of the longest frames. A frame is opened in
/// place, once all of it is there.</remarks>
internal sealed class FrameReader(FrameCipher cipher, int maxBodyBytes)
{
    private const int FirstBytes = 65_536;
    private readonly int _maxPlainBytes = RecordFormat.MaxPlainBytes(maxBodyBytes);
    private byte[] _bytes = new byte[FirstBytes];
    private int _head;
    private int _tail;
    private int _message;
    private int _frameEnd;

    /// <summary>Where to receive the next bytes; never empty, when all messages were taken.</summary>
    public Span<byte> Space()
    {
        if (_head == _tail)
        {
            _head = 0;
            _tail = 0;
        }
        else if (_head > 0)
        {
            _bytes.AsSpan(_head, _tail - _head).CopyTo(_bytes);
            _tail -= _head;
            _head = 0;
        }

        return _bytes.AsSpan(_tail);
    }

    /// <summary>Bytes were put into <see cref="Space"/>.</summary>
    public void Received(int count)
    {
        _tail += count;
        int mostBytes = 2 * (RecordFormat.FrameHeaderBytes + _maxPlainBytes);
        if (_tail == _bytes.Length && _bytes.Length < mostBytes)
            Array.Resize(ref _bytes, Math.Min(mostBytes, 2 * _bytes.Length));
    }

    /// <summary>The next message; its body is valid until the next call of any member.</summary>
    public FrameVerdict Next(out byte type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        if (_message == _frameEnd)
        {
            FrameVerdict verdict = OpenFrame();
            if (verdict != FrameVerdict.Message)
                return verdict;
        }

        int leftBytes = _frameEnd - _message - RecordFormat.MessageHeaderBytes;
        if (leftBytes < 0)
            return FrameVerdict.Malformed;
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_message));
        int bodyBytes = (int)(header & 0xff_ffff);
        if (bodyBytes > leftBytes)
            return FrameVerdict.Malformed;
        type = (byte)(header >> 24);
        body = _bytes.AsSpan(_message + RecordFormat.MessageHeaderBytes, bodyBytes);
        _message += RecordFormat.MessageHeaderBytes + bodyBytes;
        return FrameVerdict.Message;
    }

    private FrameVerdict OpenFrame()
    {
        ReadOnlySpan<byte> there = _bytes.AsSpan(_head, _tail - _head);
        if (there.Length < RecordFormat.LengthBytes)
            return FrameVerdict.More;
        int textBytes = BinaryPrimitives.ReadInt32LittleEndian(there);
        if (textBytes <= 0 || textBytes > _maxPlainBytes)
            return FrameVerdict.BadLength;
        if (there.Length < RecordFormat.FrameHeaderBytes + textBytes)
            return FrameVerdict.More;
        Span<byte> text = _bytes.AsSpan(_head + RecordFormat.FrameHeaderBytes, textBytes);
        if (!cipher.TryOpen(text, there.Slice(RecordFormat.LengthBytes, RecordFormat.TagBytes)))
            return FrameVerdict.BadTag;
        _message = _head + RecordFormat.FrameHeaderBytes;
        _frameEnd = _message + textBytes;
        _head = _frameEnd;
        return FrameVerdict.Message;
    }
}
