using System.Buffers;
using System.Buffers.Binary;

namespace Hyperplane.Rpc;

/// <summary>Cuts messages out of a stream: a flag byte, four bytes of length (big-endian), the message.</summary>
/// <remarks>PROTOCOL-HTTP2.md of grpc, "Length-Prefixed-Message". The prefix is judged before the rest came.</remarks>
internal static class FrameDecoder
{
    /// <summary>Flag and length.</summary>
    public const int PrefixBytes = 5;

    /// <summary>Looks at the start of the buffer; the message's end is where the next one starts.</summary>
    public static FrameVerdict TryRead(
        in ReadOnlySequence<byte> buffer, int maxMessageBytes, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < PrefixBytes)
            return FrameVerdict.Incomplete;
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] == 1)
            return FrameVerdict.Compressed;
        if (prefix[0] != 0)
            return FrameVerdict.BadFlag;
        uint messageBytes = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (messageBytes > (uint)maxMessageBytes)
            return FrameVerdict.TooLarge;
        if (buffer.Length - PrefixBytes < messageBytes)
            return FrameVerdict.Incomplete;
        message = buffer.Slice(PrefixBytes, messageBytes);
        return FrameVerdict.Message;
    }
}
