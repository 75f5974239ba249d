using System.Collections.Frozen;

namespace Hyperplane.Controller.Rollouts;

/// <summary>Who was given what in a cell: both only grow.</summary>
/// <param name="Proven">The newest version that the cell got over.</param>
/// <param name="Offers">The version that each node was given in its turn.</param>
internal sealed record RolloutProgress(ulong Proven, FrozenDictionary<int, ulong> Offers)
{
    /// <summary>Nothing is known.</summary>
    public static RolloutProgress None { get; } = new(0, FrozenDictionary<int, ulong>.Empty);

    /// <summary>The later of both; this one itself when the other has no news.</summary>
    public RolloutProgress Merge(RolloutProgress other)
    {
        bool isNews = other.Proven > Proven
            || other.Offers.Any(offer => offer.Value > Offers.GetValueOrDefault(offer.Key));
        if (!isNews)
            return this;
        var merged = new Dictionary<int, ulong>(Offers);
        foreach ((int node, ulong version) in other.Offers)
            merged[node] = Math.Max(version, merged.GetValueOrDefault(node));
        return new RolloutProgress(Math.Max(Proven, other.Proven), merged.ToFrozenDictionary());
    }
}
