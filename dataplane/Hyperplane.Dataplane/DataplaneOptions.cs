using System.Net;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Queues;

namespace Hyperplane.Dataplane;

/// <summary>How a node's dataplane is started.</summary>
public sealed record DataplaneOptions
{
    /// <summary>The fabric interface in the current network namespace.</summary>
    public required string Interface { get; init; }

    /// <summary>The number of the fabric's VLAN, 1 to 4,094: frames have its tag, and what has another one or none is
    /// the kernel's. 0: frames have no tag, or the adapter takes it off and puts it on.</summary>
    public ushort Vlan { get; init; }

    /// <summary>The interface that has the fabric's addresses and neighbours, where that is another one: the kernel's
    /// device of <see cref="Vlan"/>.</summary>
    public string? AddressInterface { get; init; }

    /// <summary>The receive queues that the interface is to have, 1 to 16; each has a pipeline thread of its own. 0: as
    /// many as it has.</summary>
    public int Queues { get; init; }

    /// <summary>The same on all nodes of a cell, and nobody else's to know: by it frames find their flow's
    /// pipeline.</summary>
    public ulong CellSeed { get; init; }

    /// <summary>Where the XDP program runs; in the driver.</summary>
    public XdpMode XdpMode { get; init; }

    /// <summary>This node's id, 1 to 65535.</summary>
    public ushort NodeId { get; init; } = 1;

    /// <summary>This incarnation: microseconds since 1970 at the agent's start.</summary>
    public ulong Start { get; init; }

    /// <summary>Established flows it can hold, 1,024 to 16,777,216.</summary>
    public int FlowCapacity { get; init; } = 262_144;

    /// <summary>Half-open flows it can hold, 256 to 1,048,576.</summary>
    public int HalfOpenCapacity { get; init; } = 65_536;

    /// <summary>Challenges of SYNs whose source is not known, in a second, 0 to 10,000,000; they come beyond a rate of
    /// new flows, or when more than a quarter of <see cref="HalfOpenCapacity"/> is taken. 0: none, what is beyond is
    /// dropped.</summary>
    public int ChallengesPerSecond { get; init; } = 1_000_000;

    /// <summary>How long a source that answered a challenge is known, 1 to 3,600.</summary>
    public int KnownSourceSeconds { get; init; } = 60;

    /// <summary>Slots of a Maglev table; a prime, 251 to 655,373.</summary>
    public int MaglevTableSize { get; init; } = 65_537;

    /// <summary>XDP drops our traffic when the pipeline's heartbeat is older; with a flow directory such a dataplane
    /// does not come back (<see cref="IDataplane.Slept"/>). 0 turns the check off.</summary>
    public int StallTimeoutMs { get; init; } = 900;

    /// <summary>This node's address on the fabric, where nodes off the subnet send tunnelled frames; null: the
    /// interface's first IPv4 address.</summary>
    public IPAddress? FabricAddress { get; init; }

    /// <summary>SCHED_FIFO priority of the pipeline threads, 1 to 50; 0 leaves them as other threads. Without the
    /// right to it (CAP_SYS_NICE) they run as others.</summary>
    public int RealTimePriority { get; init; }

    /// <summary>First source port towards targets, 1 to 65520: at least 16 are needed.</summary>
    public ushort FirstSnatPort { get; init; } = 1_024;

    /// <summary>Last source port towards targets.</summary>
    public ushort LastSnatPort { get; init; } = ushort.MaxValue;

    /// <summary>The flow directory's end; null: this node knows its own flows alone, and a frame of no known flow is
    /// dropped.</summary>
    public FlowExchange? Exchange { get; init; }

    /// <summary>Where the ends of flows are told whose listeners want that (<see cref="Model.ListenerModel.Logs"/>);
    /// null for nowhere.</summary>
    public FlowLogQueue? FlowLog { get; init; }

    /// <summary>Of one pipeline: its number below <see cref="Queues"/>.</summary>
    internal int Pipeline { get; init; }

    /// <summary>What the node's pipelines have in common; null: this is the only one.</summary>
    internal NodeCommons? Commons { get; init; }
}
