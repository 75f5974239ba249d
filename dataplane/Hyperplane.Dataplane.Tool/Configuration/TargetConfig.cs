using System.Net;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>An address and port that serves flows.</summary>
internal sealed record TargetConfig
{
    /// <summary>Distinct among the targets of all groups.</summary>
    public required uint Id { get; init; }

    /// <summary>Any unicast host.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>1 to 65535.</summary>
    public required ushort Port { get; init; }

    /// <summary>Its share beside other targets', 0 to 999; 0 takes no new flows.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Only healthy targets take new flows, unless none is.</summary>
    public bool Healthy { get; init; } = true;

    /// <summary>Takes no new flow, whatever else.</summary>
    public bool Draining { get; init; }

    /// <summary>In another zone than the node.</summary>
    public bool Far { get; init; }
}
