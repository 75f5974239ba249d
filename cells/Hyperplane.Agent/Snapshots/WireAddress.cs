using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Addresses as the snapshot carries them: 4 bytes in network order.</summary>
internal static class WireAddress
{
    /// <summary>The address as a number; false when it does not have 4 bytes.</summary>
    public static bool TryRead(ByteString bytes, out uint address)
    {
        address = bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes.Span) : 0;
        return bytes.Length == 4;
    }

    /// <summary>The address of validated bytes.</summary>
    public static IPAddress ToAddress(ByteString bytes) => new(bytes.Span);

    /// <summary>The prefix of a validated message.</summary>
    public static IPNetwork ToNetwork(Prefix prefix) => new(ToAddress(prefix.Address), (int)prefix.Length);

    /// <summary>The address as a number.</summary>
    public static uint ToNumber(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    /// <summary>Dotted decimal.</summary>
    public static string Text(uint address) =>
        $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";

    /// <summary>Whether a host can have it: not 0/8, loopback, multicast or reserved (RFC 6890).</summary>
    public static bool IsUnicast(uint address) => (address >> 24) is > 0 and < 224 and not 127;
}
