using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Addresses of both families that lie in some prefixes, as merged ranges: a look-up is one binary
/// search.</summary>
public sealed class PrefixSet
{
    private const int MappedBits = 96;
    private static readonly UInt128 FirstIpv4 = new(0, 0xffff_0000_0000);
    private static readonly UInt128 LastIpv4 = new(0, 0xffff_ffff_ffff);

    private readonly UInt128[] _firsts;
    private readonly UInt128[] _lasts;

    /// <summary>Merges the prefixes.</summary>
    public PrefixSet(ImmutableArray<IPNetwork> prefixes)
    {
        var merged = new List<(UInt128 First, UInt128 Last)>();
        foreach ((UInt128 first, UInt128 last) in prefixes.SelectMany(Ranges).OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last)
                merged[^1] = (merged[^1].First, UInt128.Max(merged[^1].Last, last));
            else
                merged.Add((first, last));
        }
        _firsts = merged.Select(range => range.First).ToArray();
        _lasts = merged.Select(range => range.Last).ToArray();
    }

    /// <summary>Whether an address lies in one of the prefixes.</summary>
    public bool Contains(in PacketAddress address)
    {
        UInt128 number = Number(address);
        int index = Array.BinarySearch(_firsts, number);
        if (index < 0)
            index = ~index - 1;
        return index >= 0 && number <= _lasts[index];
    }

    /// <summary>One; of an IPv6 prefix around the IPv4 addresses, which lie among those of IPv6, two.</summary>
    private static IEnumerable<(UInt128 First, UInt128 Last)> Ranges(IPNetwork prefix)
    {
        PacketAddress address = PacketAddress.Of(prefix.BaseAddress);
        int bits = prefix.PrefixLength + (address.IsIpv4 ? MappedBits : 0);
        UInt128 first = Number(address);
        UInt128 last = bits == 0 ? UInt128.MaxValue : first | ((UInt128.One << (128 - bits)) - 1);
        return address.IsIpv4 || first > LastIpv4 || last < FirstIpv4
            ? [(first, last)]
            : [(first, FirstIpv4 - 1), (LastIpv4 + 1, last)];
    }

    private static UInt128 Number(in PacketAddress address)
    {
        PacketAddress local = address;
        return BinaryPrimitives.ReadUInt128BigEndian(
            MemoryMarshal.AsBytes(new ReadOnlySpan<PacketAddress>(in local)));
    }
}
