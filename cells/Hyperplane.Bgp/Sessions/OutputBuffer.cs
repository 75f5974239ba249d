using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp;

/// <summary>
/// Bytes on their way to the peer. Bounded: one batch of UPDATEs and the messages that end or keep a session.
/// </summary>
internal sealed class OutputBuffer
{
    /// <summary>UPDATEs are added only below this level.</summary>
    public const int BatchBytes = 64 * 1024;

    private readonly byte[] _bytes = new byte[BatchBytes + 4 * BgpHeader.MaxMessageBytes];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public bool HasRoomForUpdate => _end - _start < BatchBytes;

    public ReadOnlyMemory<byte> Pending => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Room for one message of any size.</summary>
    public Span<byte> Reserve()
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }

        return _bytes.AsSpan(_end);
    }

    public void Commit(int count) => _end += count;

    public void Remove(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _end - _start);
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    public void Clear() => _start = _end = 0;
}
