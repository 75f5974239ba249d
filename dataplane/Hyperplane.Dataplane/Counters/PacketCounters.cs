namespace Hyperplane.Dataplane.Counters;

/// <summary>One pipeline thread's frames by verdict; any thread may read.</summary>
/// <remarks>Padded by a cache line on both sides. received = forwarded + drops.</remarks>
public sealed class PacketCounters
{
    private const int Padding = 8;

    private static readonly int Names = Enum.GetValues<PacketCounter>().Length;

    private readonly ulong[] _counts = new ulong[Names + (2 * Padding)];

    /// <summary>The frames that ended this way so far.</summary>
    public ulong this[PacketCounter counter] => Volatile.Read(ref _counts[Padding + (int)counter]);

    /// <summary>Counts one frame.</summary>
    internal void Add(PacketCounter counter) => _counts[Padding + (int)counter]++;

    /// <summary>A copy indexed by <see cref="PacketCounter"/>.</summary>
    public ulong[] ToArray() => _counts[Padding..(Padding + Names)];
}
