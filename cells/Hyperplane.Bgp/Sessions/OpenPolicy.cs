using System.Buffers.Binary;
using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp;

/// <summary>Whether a well-formed OPEN suits this session (RFC 4271 6.2, RFC 6286, RFC 7607).</summary>
internal static class OpenPolicy
{
    /// <summary>The error to send; null if the OPEN is acceptable.</summary>
    public static BgpError? Check(OpenMessage open, BgpSessionOptions options)
    {
        if (open.As != options.RemoteAs || open.As == 0)
            return new BgpError(BgpErrorCode.OpenMessage, 2);
        if (open.Identifier == 0 || (options.Internal && open.Identifier == options.Identifier))
            return new BgpError(BgpErrorCode.OpenMessage, 3);
        return open.HoldTimeSeconds is 1 or 2 ? new BgpError(BgpErrorCode.OpenMessage, 6) : null;
    }

    /// <summary>The values behind an error, for the operator; null if the error says it all.</summary>
    public static string? Explain(BgpError error, OpenMessage? open, BgpSessionOptions options) =>
        (error.Code, error.Subcode, open) switch
        {
            (BgpErrorCode.OpenMessage, 2, not null) => $"the peer is AS {open.As}, expected AS {options.RemoteAs}",
            (BgpErrorCode.OpenMessage, 3, not null) => $"the peer calls itself {ToAddress(open.Identifier)}",
            (BgpErrorCode.OpenMessage, 6, not null) => $"the peer wants {open.HoldTimeSeconds} s",
            _ => null,
        };

    private static IPAddress ToAddress(uint identifier)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, identifier);
        return new IPAddress(bytes);
    }
}
