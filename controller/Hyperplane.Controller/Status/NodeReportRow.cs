using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Status;

/// <summary>What a node said last.</summary>
[Table("node_reports")]
internal sealed class NodeReportRow
{
    public int NodeId { get; init; }

    /// <summary>Incarnation: microseconds since 1970 at the agent's start.</summary>
    public long Start { get; set; }

    public long RunningVersion { get; set; }

    public long RefusedVersion { get; set; }

    public string? Refusal { get; set; }

    public bool Draining { get; set; }

    /// <summary>JSON array of the node's BGP sessions.</summary>
    public required string Peers { get; set; }

    public required string[] Announced { get; set; }

    /// <summary>Ids of target groups that it sends some targets of nothing.</summary>
    public string[] UnservedGroups { get; set; } = [];

    /// <summary>Which list of its targets its votes are of; empty when it tells none.</summary>
    public byte[] TargetsHash { get; set; } = [];

    /// <summary>JSON object: name → value.</summary>
    public required string Counters { get; set; }

    public DateTimeOffset ReportedAt { get; set; }
}
