using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Remote;

/// <summary>Where the two replicas of a shard live, so that one place's end never takes both.</summary>
/// <remarks>Places stand in rendezvous order for each shard; replica 0 takes the first, replica 1 the last. When a place
/// goes, only what lived there moves, and it moves to where its twin is only if nothing else is left or a place came
/// since the twin was placed; <see cref="ShouldMove"/> then parts them.</remarks>
public static class TwinPlacement
{
    /// <summary>The place of a replica.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="places">What tells each place from all others; at least one, in any order.</param>
    /// <returns>Its index.</returns>
    public static int Choose(ushort address, ReadOnlySpan<ulong> places)
    {
        if (places.IsEmpty)
            throw new ArgumentException("there is no place", nameof(places));
        bool isFirst = ReplicaAddress.TwinOf(address) > address;
        int chosen = 0;
        for (int i = 1; i < places.Length; i++)
        {
            int order = Rank(address, places[i]).CompareTo(Rank(address, places[chosen]));
            if (isFirst ? order > 0 : order < 0)
                chosen = i;
        }
        return chosen;
    }

    /// <summary>Whether a replica that lives in the same place as its twin is the one of the two to go.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="place">Where both live.</param>
    /// <param name="places">All places, this one among them.</param>
    public static bool ShouldMove(ushort address, ulong place, ReadOnlySpan<ulong> places)
    {
        if (places.Length < 2 || places[Choose(address, places)] == place)
            return false;
        ushort twin = ReplicaAddress.TwinOf(address);
        return twin < address || places[Choose(twin, places)] == place;
    }

    private static (ulong Hash, ulong Place) Rank(ushort address, ulong place) =>
        (FlowHash.Of(place, (ulong)ReplicaAddress.ShardOf(address)), place);
}
