using System.Collections.Immutable;
using System.Net;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>What a snapshot is judged against: who this node is and what it runs.</summary>
/// <param name="Cell">From the configuration.</param>
/// <param name="Node">From the configuration.</param>
/// <param name="Peers">The routers; none of them may be declared the dataplane's own.</param>
/// <param name="Running">What the node runs; null at the start.</param>
/// <param name="HighestVersion">The fence.</param>
public sealed record SnapshotContext(
    string Cell, string Node, ImmutableArray<IPAddress> Peers, Snapshot? Running, ulong HighestVersion);
