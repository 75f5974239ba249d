using System.Buffers.Binary;

namespace Hyperplane.Flows.Remote;

/// <summary>Batches in the order they came, in one piece of memory that grows with use; a large one is given back when
/// nothing waits.</summary>
internal sealed class WaitingBatches
{
    private const int LengthBytes = sizeof(int);
    private const int KeptBytes = 65_536;
    private byte[] _bytes = [];
    private int _first;
    private int _end;

    /// <summary>Bytes of the batches.</summary>
    public int Bytes { get; private set; }

    public bool IsEmpty => _first == _end;

    public void Add(ReadOnlySpan<byte> batch)
    {
        MakeRoom(LengthBytes + batch.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_end), batch.Length);
        batch.CopyTo(_bytes.AsSpan(_end + LengthBytes));
        _end += LengthBytes + batch.Length;
        Bytes += batch.Length;
    }

    /// <summary>Moves as many whole ones as fit; returns their bytes.</summary>
    public int Take(Span<byte> space)
    {
        int taken = 0;
        while (!IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(_first));
            if (taken + length > space.Length)
                break;
            _bytes.AsSpan(_first + LengthBytes, length).CopyTo(space[taken..]);
            _first += LengthBytes + length;
            taken += length;
        }
        Bytes -= taken;
        if (IsEmpty)
            Clear();
        return taken;
    }

    public void Clear()
    {
        (_first, _end, Bytes) = (0, 0, 0);
        if (_bytes.Length > KeptBytes)
            _bytes = [];
    }

    private void MakeRoom(int needed)
    {
        if (_end + needed <= _bytes.Length)
            return;
        int used = _end - _first;
        byte[] to = used + needed <= _bytes.Length / 2
            ? _bytes
            : new byte[Math.Max(1_024, 2 * (used + needed))];
        _bytes.AsSpan(_first, used).CopyTo(to);
        (_bytes, _first, _end) = (to, 0, used);
    }
}
