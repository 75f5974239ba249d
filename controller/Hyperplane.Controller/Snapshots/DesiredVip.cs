using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Controller.Snapshots;

/// <summary>The address of a load balancer in the cell.</summary>
internal sealed record DesiredVip(uint Id, string LoadBalancer, Ip Address, int Shard, bool AnnounceAlone)
{
    /// <summary>The number of its tenant; 0 for none, who has no limits.</summary>
    public uint Tenant { get; init; }

    /// <summary>Whether its load balancer is shifted away from the cell's zone.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>The tenant whose flow log its flows are in; null for none.</summary>
    public string? LoggedFor { get; init; }

    /// <summary>How many flows may begin there.</summary>
    public TenantLimits Limits { get; init; } = new();
}
