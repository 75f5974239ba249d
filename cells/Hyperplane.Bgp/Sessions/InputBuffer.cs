using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp;

/// <summary>Puts the peer's bytes together to messages; holds at most one, 4,096 bytes.</summary>
internal sealed class InputBuffer
{
    private readonly byte[] _bytes = new byte[BgpHeader.MaxMessageBytes];
    private int _count;

    /// <summary>Takes as many bytes as fit; returns how many.</summary>
    public int Fill(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _bytes.Length - _count);
        bytes[..count].CopyTo(_bytes.AsSpan(_count));
        _count += count;
        return count;
    }

    /// <summary>Looks at the first message; it stays valid until <see cref="Remove"/>.</summary>
    public FrameVerdict Peek(out BgpMessageType type, out ReadOnlySpan<byte> message, out BgpError? error)
    {
        FrameVerdict verdict = BgpHeader.Read(_bytes.AsSpan(0, _count), out type, out int lengthBytes, out error);
        message = verdict == FrameVerdict.Complete ? _bytes.AsSpan(0, lengthBytes) : default;
        return verdict;
    }

    public void Remove(int lengthBytes)
    {
        _bytes.AsSpan(lengthBytes, _count - lengthBytes).CopyTo(_bytes);
        _count -= lengthBytes;
    }

    public void Clear() => _count = 0;
}
