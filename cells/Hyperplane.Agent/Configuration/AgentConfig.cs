using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Agent.Configuration;

/// <summary>What agent.json says, checked.</summary>
/// <param name="Cell">The cell this node belongs to.</param>
/// <param name="Node">This node's name, unique in the cell.</param>
/// <param name="Controller"><c>unix:/path</c> or <c>https://host:port</c>; with TLS both.</param>
/// <param name="EnrolmentTokenFile">A file where an operator puts the token to enrol with; looked at now and then,
/// never logged. Null: none, the node has enrolled before.</param>
/// <param name="CellKeyFile">A file with the key that the nodes of the cell share; read at the start, never
/// logged.</param>
/// <param name="StateDirectory">Where the last snapshot and the fence are kept.</param>
/// <param name="Interface">The fabric interface.</param>
/// <param name="Asn">This node's autonomous system, 1 to 4294967294.</param>
/// <param name="RouterId">BGP identifier; null: the node's address.</param>
/// <param name="Peers">The routers, 1 to 8.</param>
/// <param name="HoldTimeSeconds">BGP hold time, 0 or 3 to 65535; default 9.</param>
/// <param name="FlowCapacity">Established flows, 1,024 to 16,777,216; default 262,144.</param>
/// <param name="MaglevTableSize">A prime, 251 to 655,373; default 65,537.</param>
/// <param name="MeshPort">TCP port of the cell's mesh on the node's address, 1 to 65535; default 4785. The same on all
/// nodes of the cell.</param>
/// <param name="Bfd">Watch over routers and nodes.</param>
/// <param name="RealTimePriority">SCHED_FIFO priority of the pipeline threads, 0 to 30; the flow directory's is one
/// lower; default 0: as other threads.</param>
/// <param name="FlowsInOrleans">Flow state lives in the cell's flow silos, not in its agents; default false. The same
/// on all nodes of the cell.</param>
/// <param name="FlowSocket">The unix socket where the node's own silo takes this agent's calls; default
/// <see cref="Hyperplane.Flows.Calls.CallFrames.DefaultSocket"/>.</param>
/// <param name="Queues">The receive queues that the interface is to have, 1 to 16, each with a pipeline thread; default
/// 0: as many as it has.</param>
/// <param name="ChallengesPerSecond">The most sources of SYNs that are asked in a second whether they are there, 0 to
/// 10,000,000; default 1,000,000. 0: none.</param>
public sealed record AgentConfig(
    string Cell,
    string Node,
    string Controller,
    string? EnrolmentTokenFile,
    string CellKeyFile,
    string StateDirectory,
    string Interface,
    uint Asn,
    IPAddress? RouterId,
    ImmutableArray<PeerConfig> Peers,
    int HoldTimeSeconds,
    int FlowCapacity,
    int MaglevTableSize,
    int MeshPort,
    BfdConfig Bfd,
    int RealTimePriority,
    bool FlowsInOrleans,
    string FlowSocket,
    int Queues,
    int ChallengesPerSecond)
{
    /// <summary>Where the ends of flows are written whose load balancers want that.</summary>
    public FlowLogConfig FlowLog { get; init; } = new(Path.Combine(StateDirectory, "flow-log"));
}
