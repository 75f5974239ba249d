using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The fixed part of an ICMP error in the other family (RFC 7915, sections 4.2 and 5.2).</summary>
public static class IcmpTranslation
{
    private const int Nothing = -1;
    private const int Unreachable4 = 3 << 8;
    private const int TooBig4 = Unreachable4 | 4;
    private const int Exceeded4 = 11 << 8;
    private const int Problem4 = 12 << 8;
    private const int Unreachable6 = 1 << 8;
    private const int TooBig6 = 2 << 8;
    private const int Exceeded6 = 3 << 8;
    private const int Problem6 = 4 << 8;
    private const int NextHeaderAt = 6;
    private const uint LeastIpv6Mtu = 1_280;

    /// <summary>Where an octet of the IPv4 header stands in the IPv6 one.</summary>
    private static readonly sbyte[] PlacesIn6 =
        [0, 1, 4, 4, -1, -1, -1, -1, 7, 6, -1, -1, 8, 8, 8, 8, 24, 24, 24, 24];

    /// <summary>Where an octet of the IPv6 header stands in the IPv4 one.</summary>
    private static readonly sbyte[] PlacesIn4 =
    [
        0, 1, -1, -1, 2, 2, 9, 8, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
        16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    ];

    /// <summary>Writes the fixed part, its checksum 0; false for what means nothing in the other family.</summary>
    /// <param name="message">An error.</param>
    /// <param name="fromIpv4">Its family.</param>
    /// <param name="icmp">8 bytes.</param>
    public static bool TryTranslate(ReadOnlySpan<byte> message, bool fromIpv4, Span<byte> icmp)
    {
        icmp.Clear();
        int kind = BinaryPrimitives.ReadUInt16BigEndian(message);
        uint word = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        (int made, uint said) = fromIpv4 ? ToIcmp6(kind, word) : ToIcmp4(kind, word);
        if (made == Nothing)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(icmp, (ushort)made);
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], said);
        return true;
    }

    private static (int Made, uint Said) ToIcmp6(int kind, uint word) => kind switch
    {
        TooBig4 => (TooBig6, Math.Max(LeastIpv6Mtu, (word & 0xffff) + FamilyTranslator.HeaderDifference)),
        Unreachable4 | 2 => (Problem6 | 1, NextHeaderAt),
        Unreachable4 | 3 => (Unreachable6 | 4, 0),
        Unreachable4 | 9 or Unreachable4 | 10 or Unreachable4 | 13 or Unreachable4 | 15 => (Unreachable6 | 1, 0),
        Unreachable4 or Unreachable4 | 1 or Unreachable4 | 5 or Unreachable4 | 6 or Unreachable4 | 7
            or Unreachable4 | 8 or Unreachable4 | 11 or Unreachable4 | 12 => (Unreachable6, 0),
        Exceeded4 or Exceeded4 | 1 => (Exceeded6 | (kind & 1), 0),
        Problem4 or Problem4 | 2 => Place(PlacesIn6, word >> 24, Problem6, 0),
        _ => (Nothing, 0),
    };

    private static (int Made, uint Said) ToIcmp4(int kind, uint word) => kind switch
    {
        TooBig6 => (TooBig4, Math.Clamp(word, LeastIpv6Mtu, ushort.MaxValue) - FamilyTranslator.HeaderDifference),
        Unreachable6 or Unreachable6 | 2 or Unreachable6 | 3 => (Unreachable4 | 1, 0),
        Unreachable6 | 1 => (Unreachable4 | 10, 0),
        Unreachable6 | 4 => (Unreachable4 | 3, 0),
        Exceeded6 or Exceeded6 | 1 => (Exceeded4 | (kind & 1), 0),
        Problem6 | 1 => (Unreachable4 | 2, 0),
        Problem6 => Place(PlacesIn4, word, Problem4, 24),
        _ => (Nothing, 0),
    };

    private static (int Made, uint Said) Place(sbyte[] places, uint place, int made, int shift) =>
        place < places.Length && places[place] >= 0 ? (made, (uint)places[place] << shift) : (Nothing, 0);
}
