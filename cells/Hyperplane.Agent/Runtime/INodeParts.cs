using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Routing;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.FlowLogs;

namespace Hyperplane.Agent.Runtime;

/// <summary>The parts of a node that touch the machine; tests give others.</summary>
public interface INodeParts
{
    /// <summary>Makes the kernel keep silent about the dataplane's addresses and own the probe addresses; null, or why
    /// it cannot.</summary>
    string? PrepareKernel(ImmutableArray<IPNetwork> ownPrefixes, ImmutableArray<IPAddress> probeAddresses);

    /// <summary>Makes this node's part of the flow state, which begins with <see cref="IFlowState.Attach"/>.</summary>
    /// <param name="identity">Who this is.</param>
    /// <param name="onChange">Called when <see cref="IFlowState.Holds"/> changed; returns at once.</param>
    IFlowState MakeFlows(NodeIdentity identity, Action onChange);

    /// <summary>Where dataplanes tell of flows that are over; null for nowhere.</summary>
    FlowLogQueue? FlowLog => null;

    /// <summary>Starts the packet engines.</summary>
    IDataplane StartDataplane(NodeIdentity identity, FlowExchange? exchange, SnatLease lease);

    /// <summary>Starts the sessions with the routers, announcing nothing.</summary>
    /// <param name="identity">Who speaks.</param>
    /// <param name="onChange">Called when a session or what it sent changed; returns at once.</param>
    IRouteSpeaker StartSpeaker(NodeIdentity identity, Action onChange);

    /// <summary>Starts the checker, probing nothing.</summary>
    /// <param name="onChange">Called when a verdict changed; returns at once.</param>
    IHealthChecker StartHealth(Action onChange);
}
