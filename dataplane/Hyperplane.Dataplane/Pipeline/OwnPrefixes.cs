using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The IPv4 destinations that are ours, as merged ranges.</summary>
public sealed class OwnPrefixes
{
    private readonly uint[] _firsts;
    private readonly uint[] _lasts;

    /// <summary>Merges the IPv4 prefixes; others are left out.</summary>
    public OwnPrefixes(ImmutableArray<IPNetwork> prefixes)
    {
        var ranges = prefixes
            .Where(prefix => prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            .Select(prefix => Range(prefix)).OrderBy(range => range.First).ToList();
        var merged = new List<(uint First, uint Last)>();
        foreach ((uint first, uint last) in ranges)
        {
            if (merged.Count > 0 && first <= merged[^1].Last)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            else
                merged.Add((first, last));
        }
        _firsts = merged.Select(range => range.First).ToArray();
        _lasts = merged.Select(range => range.Last).ToArray();
    }

    /// <summary>Whether an address, in network order, lies in one of the prefixes.</summary>
    public bool Contains(uint addressBe)
    {
        uint address = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(addressBe) : addressBe;
        int index = Array.BinarySearch(_firsts, address);
        if (index < 0)
            index = ~index - 1;
        return index >= 0 && address <= _lasts[index];
    }

    private static (uint First, uint Last) Range(IPNetwork prefix)
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(prefix.BaseAddress.GetAddressBytes());
        uint hostMask = prefix.PrefixLength == 0 ? uint.MaxValue : (1u << (32 - prefix.PrefixLength)) - 1;
        return (first, first | hostMask);
    }
}
