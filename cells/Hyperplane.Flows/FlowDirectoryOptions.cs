using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows;

/// <summary>Who this node is and what its directory may use.</summary>
public sealed record FlowDirectoryOptions
{
    /// <summary>This node, 1 to 65535; where replicas live elsewhere, below
    /// <see cref="ReplicaAddress.First"/>.</summary>
    public required ushort NodeId { get; init; }

    /// <summary>This incarnation: microseconds since 1970 at the agent's start.</summary>
    public required ulong Start { get; init; }

    /// <summary>What to add to the directory's monotonic time for the time since 1970, which puts the flows of a key in
    /// order: the clocks of a cell's nodes should be within a second of each other.</summary>
    public required long UnixOffsetNs { get; init; }

    /// <summary>The cell's: places keys on shards and nodes; the same on all nodes.</summary>
    public required ulong CellSeed { get; init; }

    /// <summary>This start's own: places keys in memory.</summary>
    public required ulong NodeSeed { get; init; }

    /// <summary>Whether records are held by replicas outside the nodes, two a shard, reached over the transport at the
    /// addresses of <see cref="ReplicaAddress"/>; the same on all nodes. Default: the nodes hold them.</summary>
    public bool ReplicasLiveElsewhere { get; init; }

    /// <summary>Records this node can hold, tombstones included; default 1,048,576.</summary>
    public int RecordCapacity { get; init; } = 1_048_576;

    /// <summary>Questions under way; default 16,384, at most 65,535.</summary>
    public int QuestionCapacity { get; init; } = 16_384;

    /// <summary>Look-ups a second and destination address that may end without a positive answer; default
    /// 5,000.</summary>
    public int NegativesPerSecond { get; init; } = 5_000;

    /// <summary>How long a look-up may take in all; default 100 ms.</summary>
    public long LookUpLimitNs { get; init; } = 100_000_000;

    /// <summary>A second question comes this much after a first negative; default 20 ms.</summary>
    public long SecondQuestionNs { get; init; } = 20_000_000;

    /// <summary>No negative is authoritative before a node runs for this long; default 1 s.</summary>
    public long SettlingNs { get; init; } = 1_000_000_000;

    /// <summary>Where replicas live elsewhere, a node that has just started waits this long for all of them before it
    /// goes on with those that it reaches; default 30 s. One that reaches none waits for as long as others
    /// serve.</summary>
    public long ReplicaLimitNs { get; init; } = 30_000_000_000;

    /// <summary>How long an insert or a claim is tried; default 1 s.</summary>
    public long DecisionLimitNs { get; init; } = 1_000_000_000;

    /// <summary>How long after its start, or after <see cref="ReplicaLimitNs"/>, a node waits to be filled by all
    /// living ones before it goes into service all the same; default 10 s.</summary>
    public long FillLimitNs { get; init; } = 10_000_000_000;

    internal bool IsReplica(ushort member) => ReplicasLiveElsewhere && ReplicaAddress.IsReplica(member);
}
