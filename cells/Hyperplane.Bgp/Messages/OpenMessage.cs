using System.Buffers.Binary;

namespace Hyperplane.Bgp.Messages;

/// <summary>The first message of each side (RFC 4271 4.2).</summary>
/// <param name="As">The sender's AS number; beyond 65,535 the fixed field says AS_TRANS and capability 65 the
/// truth.</param>
/// <param name="HoldTimeSeconds">0 (no keepalives) or at least 3.</param>
/// <param name="Identifier">The sender's BGP identifier as a number in network order; not 0 (RFC 6286).</param>
internal sealed record OpenMessage(uint As, ushort HoldTimeSeconds, uint Identifier, BgpCapabilities Capabilities)
{
    public const byte Version = 4;

    /// <summary>Stands for a four-octet number in a two-octet field (RFC 6793).</summary>
    public const ushort AsTrans = 23456;

    private const byte CapabilitiesParameter = 2;

    /// <summary>Writes the message with all capabilities in one parameter; returns its length in bytes.</summary>
    public int Write(Span<byte> destination)
    {
        Span<byte> capabilities = stackalloc byte[250];
        int capabilityBytes = WriteCapabilities(capabilities);
        int lengthBytes = BgpHeader.SizeBytes + 10 + (capabilityBytes == 0 ? 0 : 2 + capabilityBytes);
        BgpHeader.Write(destination, BgpMessageType.Open, lengthBytes);
        destination[19] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(destination[20..], As > ushort.MaxValue ? AsTrans : (ushort)As);
        BinaryPrimitives.WriteUInt16BigEndian(destination[22..], HoldTimeSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], Identifier);
        destination[28] = (byte)(lengthBytes - 29);
        if (capabilityBytes > 0)
        {
            destination[29] = CapabilitiesParameter;
            destination[30] = (byte)capabilityBytes;
            capabilities[..capabilityBytes].CopyTo(destination[31..]);
        }

        return lengthBytes;
    }

    private int WriteCapabilities(Span<byte> destination)
    {
        int at = 0;
        foreach (BgpFamily family in Capabilities.Families)
        {
            Head(destination, BgpCapabilities.MultiprotocolCode, 4, ref at);
            BinaryPrimitives.WriteUInt16BigEndian(destination[at..], family.Afi);
            destination[at + 2] = 0;
            destination[at + 3] = family.Safi;
            at += 4;
        }

        if (Capabilities.RouteRefresh)
            Head(destination, BgpCapabilities.RouteRefreshCode, 0, ref at);
        if (Capabilities.FourOctetAs is { } as4)
        {
            Head(destination, BgpCapabilities.FourOctetAsCode, 4, ref at);
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], as4);
            at += 4;
        }

        if (Capabilities.EnhancedRouteRefresh)
            Head(destination, BgpCapabilities.EnhancedRouteRefreshCode, 0, ref at);
        return at;
    }

    private static void Head(Span<byte> destination, byte code, byte valueBytes, ref int at)
    {
        destination[at] = code;
        destination[at + 1] = valueBytes;
        at += 2;
    }
}
