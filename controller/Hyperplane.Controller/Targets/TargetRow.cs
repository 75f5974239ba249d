using System.ComponentModel.DataAnnotations.Schema;
using System.Net;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Targets;

/// <summary>A target as it is wanted.</summary>
[Table("targets")]
internal sealed class TargetRow : ITenantOwned
{
    public required string Id { get; init; }

    /// <summary>The number that nodes know it by, never reused.</summary>
    public long Number { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    public required string TargetGroupId { get; init; }

    public required IPAddress Address { get; init; }

    public int Port { get; init; }

    public int Weight { get; set; }

    /// <summary>Where it is; null counts as near in every zone.</summary>
    public string? Zone { get; set; }

    /// <summary>Set when it is deregistered: when it goes for good.</summary>
    public DateTimeOffset? DrainingUntil { get; set; }

    /// <summary>Its time to drain is over, and its flows are ended before it goes.</summary>
    public bool Ending { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
