namespace Hyperplane.Agent.Snapshots;

/// <summary>A set of IPv4 addresses made of ranges; a look-up is a binary search.</summary>
internal sealed class AddressRanges
{
    private readonly List<AddressRange> _merged = [];

    /// <summary>Overlapping and adjacent ranges become one.</summary>
    public AddressRanges(IEnumerable<AddressRange> ranges)
    {
        foreach (AddressRange range in ranges.OrderBy(r => r.First))
        {
            if (_merged.Count > 0 && range.First <= _merged[^1].Last + 1)
                _merged[^1] = new AddressRange(_merged[^1].First, UInt128.Max(_merged[^1].Last, range.Last));
            else
                _merged.Add(range);
        }
    }

    /// <summary>Whether an address is in the set.</summary>
    public bool Contains(UInt128 address) => Contains(new AddressRange(address, address));

    /// <summary>Whether the set and a range share an address.</summary>
    public bool Overlaps(AddressRange range) => _merged.Exists(merged => merged.Overlaps(range));

    /// <summary>Whether a whole range is in the set.</summary>
    public bool Contains(AddressRange range)
    {
        (int low, int high) = (0, _merged.Count - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_merged[middle].Last < range.First)
                low = middle + 1;
            else if (_merged[middle].First > range.First)
                high = middle - 1;
            else
                return _merged[middle].Contains(range);
        }

        return false;
    }
}
