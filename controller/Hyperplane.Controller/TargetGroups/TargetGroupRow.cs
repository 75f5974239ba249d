using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>A target group as it is wanted.</summary>
[Table("target_groups")]
internal sealed class TargetGroupRow : ITenantOwned, ITagged
{
    public required string Id { get; init; }

    /// <summary>The number that nodes know it by, never reused.</summary>
    public long Number { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public TransportProtocol Protocol { get; init; }

    public int Port { get; init; }

    public TargetAddressType IpAddressType { get; init; }

    public HealthCheckProtocol HealthProtocol { get; set; }

    /// <summary>Null: the target's port.</summary>
    public int? HealthPort { get; set; }

    public string? HealthPath { get; set; }

    public int HealthIntervalSeconds { get; set; }

    public int HealthTimeoutSeconds { get; set; }

    public int HealthyThreshold { get; set; }

    public int UnhealthyThreshold { get; set; }

    public string? HealthMatcher { get; set; }

    public int DeregistrationDelaySeconds { get; set; }

    /// <summary>Those that were said, a JSON object of strings, keys in ordinal order.</summary>
    public required string Attributes { get; set; }

    /// <summary>A JSON object of strings, keys in ordinal order.</summary>
    public required string Tags { get; set; }

    /// <summary>Counts every change of the group and of its targets.</summary>
    public long Generation { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
