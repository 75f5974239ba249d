using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A listener of a load balancer in the cell; its groups are given by their numbers.</summary>
internal sealed record DesiredListener(
    uint Number,
    string LoadBalancer,
    TransportProtocol Protocol,
    int Port,
    uint[] Groups,
    int[] Weights,
    int IdleTimeoutSeconds)
{
    /// <summary>Whose flows may begin; none: everybody's.</summary>
    public IpPrefix[] Allowed { get; init; } = [];

    /// <summary>Whose may not.</summary>
    public IpPrefix[] Denied { get; init; } = [];

    /// <summary>Whether its load balancer takes targets of all zones alike, where a group says nothing.</summary>
    public bool CrossZone { get; init; }

    /// <summary>Its id, for the flow log; null where its load balancer writes none.</summary>
    public string? LoggedAs { get; init; }
}
