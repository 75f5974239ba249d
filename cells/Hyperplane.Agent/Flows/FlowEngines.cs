using System.Net;
using Hyperplane.Flows.Remote;
using Microsoft.Extensions.Logging;
#if FLOW_ENGINE_ORLEANS
using Hyperplane.Flows.Orleans;
#endif

namespace Hyperplane.Agent.Flows;

/// <summary>The engines of other packages, as far as this agent was built with them (infra/docs/ORLEANS.md).</summary>
internal static class FlowEngines
{
#if FLOW_ENGINE_ORLEANS
    /// <summary>Whether replicas in Orleans' silos can be reached.</summary>
    public static bool HasOrleans => true;

    /// <summary>The way to a cell's silos through the node's own.</summary>
    public static IReplicaEngine Orleans(
        string cell, IPEndPoint gateway, ReplicaLinksOptions links, ILoggerFactory loggers, TimeProvider time,
        Action wake) =>
        new OrleansEngine(
            new FlowClusterOptions { Cell = cell, Gateway = gateway }, links, loggers, time, wake);
#else
    /// <summary>Whether replicas in Orleans' silos can be reached.</summary>
    public static bool HasOrleans => false;

    /// <summary>Never called: the configuration is refused.</summary>
    public static IReplicaEngine Orleans(
        string cell, IPEndPoint gateway, ReplicaLinksOptions links, ILoggerFactory loggers, TimeProvider time,
        Action wake) =>
        throw new NotSupportedException("this agent was built without Orleans");
#endif
}
