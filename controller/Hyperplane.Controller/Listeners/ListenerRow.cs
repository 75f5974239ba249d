using System.ComponentModel.DataAnnotations.Schema;
using System.Net;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Listeners;

/// <summary>A listener as it is wanted.</summary>
[Table("listeners")]
internal sealed class ListenerRow : ITenantOwned
{
    public required string Id { get; init; }

    /// <summary>The number that nodes know it by, never reused.</summary>
    public long Number { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    public required string LoadBalancerId { get; init; }

    public TransportProtocol Protocol { get; set; }

    public int Port { get; set; }

    public int IdleTimeoutSeconds { get; set; }

    public long Generation { get; set; }

    /// <summary>The load balancer's generation that this one's newest change belongs to.</summary>
    public long LoadBalancerGeneration { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>IPv4 first, in order of their addresses, each once; none: everybody may begin flows.</summary>
    public required IPNetwork[] AllowedCidrs { get; set; }

    public required IPNetwork[] DeniedCidrs { get; set; }

    public List<ListenerGroupRow> Groups { get; init; } = [];

    /// <summary>Set when it is deleted; the row goes when the nodes have forgotten it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
