using System.ComponentModel.DataAnnotations.Schema;
using System.Net;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>An address that is held, in use or in quarantine; says nothing of whose it is.</summary>
[Table("vip_addresses")]
internal sealed class VipAddressRow
{
    public long Id { get; init; }

    public required IPAddress Address { get; init; }

    public required string Zone { get; init; }

    /// <summary>Whose nodes know it, or may still; null for a held one that no node was told of.</summary>
    public string? Cell { get; set; }

    /// <summary>The shard that serves it; null for what no load balancer uses or used.</summary>
    public int? Shard { get; set; }

    /// <summary>Whether it lies outside its shard's block and is announced as a /32.</summary>
    public bool AnnounceAlone { get; init; }

    /// <summary>Whether it is an elastic IP: it stays somebody's when its quarantine ends.</summary>
    public bool Held { get; set; }

    /// <summary>When the quarantine ends; null while in use.</summary>
    public DateTimeOffset? FreeAt { get; set; }

    /// <summary>The first version of the cell without it; null while in use or not compiled yet.</summary>
    public long? GoneInVersion { get; set; }
}
