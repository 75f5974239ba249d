using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Listeners;

/// <summary>A target group that a listener forwards to.</summary>
[Table("listener_groups")]
internal sealed class ListenerGroupRow : ITenantOwned
{
    public required string ListenerId { get; init; }

    public required string LoadBalancerId { get; init; }

    public required string TenantId { get; init; }

    public required string TargetGroupId { get; init; }

    /// <summary>Its place in the request.</summary>
    public int Position { get; set; }

    public int Weight { get; set; }

    /// <summary>With its listener: the group may go.</summary>
    public bool Deleted { get; set; }
}
