using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>A load balancer as it is wanted and as it is seen.</summary>
public sealed record LoadBalancer(
    string Id,
    string Name,
    IReadOnlyList<ZoneAddress> Zones,
    IReadOnlyDictionary<string, string> Tags,
    long Generation,
    DateTimeOffset CreatedAt,
    ResourceStatus Status)
{
    /// <summary>Of which families its addresses are.</summary>
    public IpAddressType IpAddressType { get; init; }

    /// <summary>From where they come.</summary>
    public Scheme Scheme { get; init; }

    /// <summary>All of them, defaults too.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The zone that it is shifted away from; null for none.</summary>
    public ZonalShift? ZonalShift { get; init; }

    /// <summary>Whether it is as another reading tells: the same is wanted and the same is seen.</summary>
    public bool TellsSame(LoadBalancer other) => Generation == other.Generation && Status.TellsSame(other.Status);
}
