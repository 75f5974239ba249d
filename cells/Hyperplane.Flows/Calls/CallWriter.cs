namespace Hyperplane.Flows.Calls;

/// <summary>Frames that wait to be sent, see <see cref="CallFrames"/>.</summary>
/// <param name="limitBytes">What may wait in all.</param>
public sealed class CallWriter(int limitBytes)
{
    private const int FirstBytes = 65_536;
    private byte[] _bytes = new byte[Math.Min(FirstBytes, limitBytes)];
    private int _first;
    private int _end;

    /// <summary>What has to be sent next.</summary>
    public ReadOnlyMemory<byte> Waiting => _bytes.AsMemory(_first.._end);

    /// <summary>Whether nothing has to be sent.</summary>
    public bool IsEmpty => _first == _end;

    /// <summary>Adds a frame; false when there is no room for it.</summary>
    public bool TryAdd(ushort address, ReadOnlySpan<byte> body)
    {
        int needed = CallFrames.HeaderBytes + body.Length;
        if (_end - _first + needed > limitBytes)
            return false;
        MakeRoom(needed);
        CallFrames.WriteHeader(_bytes.AsSpan(_end), body.Length, address);
        body.CopyTo(_bytes.AsSpan(_end + CallFrames.HeaderBytes));
        _end += needed;
        return true;
    }

    /// <summary>So many bytes of <see cref="Waiting"/> were sent.</summary>
    public void Sent(int bytes)
    {
        _first += bytes;
        if (IsEmpty)
            (_first, _end) = (0, 0);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_first, _end) = (0, 0);

    private void MakeRoom(int needed)
    {
        if (_end + needed <= _bytes.Length)
            return;
        int used = _end - _first;
        byte[] to = used + needed <= _bytes.Length / 2
            ? _bytes
            : new byte[Math.Min(2 * Math.Max(_bytes.Length, used + needed), limitBytes)];
        _bytes.AsSpan(_first, used).CopyTo(to);
        (_bytes, _first, _end) = (to, 0, used);
    }
}
