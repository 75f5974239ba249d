using System.Collections.Immutable;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Routing;
using Hyperplane.Dataplane;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Runtime;

/// <summary>The started parts of a node and what they were told last.</summary>
internal sealed class RunningParts : IAsyncDisposable
{
    private readonly TimeSpan _closeLimit;
    private readonly TimeProvider _time;
    private ImmutableArray<NodeRoute> _routes = [];

    private RunningParts(
        NodeIdentity identity, IFlowState flows, SnatLease lease, IDataplane dataplane, IRouteSpeaker speaker,
        IHealthChecker health, TimeSpan closeLimit, TimeProvider time, ILogger log)
    {
        (Identity, Flows, Lease, Dataplane, Speaker, Health, _closeLimit, _time) =
            (identity, flows, lease, dataplane, speaker, health, closeLimit, time);
        Votes = new CellVotes(flows.Ballots, (node, defect) => AgentLog.BadMessage(log, node, defect));
    }

    /// <summary>What they were started with.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The part of the cell's flow state.</summary>
    public IFlowState Flows { get; }

    /// <summary>The source ports of this start.</summary>
    public SnatLease Lease { get; }

    /// <summary>The packet engines.</summary>
    public IDataplane Dataplane { get; }

    /// <summary>The sessions with the routers.</summary>
    public IRouteSpeaker Speaker { get; }

    /// <summary>The prober.</summary>
    public IHealthChecker Health { get; }

    /// <summary>What the cell's nodes say of the targets.</summary>
    public CellVotes Votes { get; }

    /// <summary>Starts all, or none.</summary>
    public static async Task<RunningParts> StartAsync(
        INodeParts parts, NodeModel model, Action onChange, Action onHealth, TimeSpan closeLimit, TimeProvider time,
        ILogger log)
    {
        NodeIdentity identity = model.Identity;
        IFlowState flows = parts.MakeFlows(identity, onChange);
        IDataplane? dataplane = null;
        IRouteSpeaker? speaker = null;
        try
        {
            SnatLease lease = flows.Lease(model.SnatAddresses);
            dataplane = parts.StartDataplane(identity, flows.Exchange, lease);
            flows.Attach(dataplane);
            speaker = parts.StartSpeaker(identity, onChange);
            flows.RouterLost = speaker.OnLost;
            return new RunningParts(
                identity, flows, lease, dataplane, speaker, parts.StartHealth(onHealth), closeLimit, time, log);
        }
        catch
        {
            if (speaker is not null)
                await speaker.DisposeAsync();
            flows.Dispose();
            dataplane?.Dispose();
            throw;
        }
    }

    /// <summary>Tells the routers when there is something new.</summary>
    public void Announce(ImmutableArray<NodeRoute> routes)
    {
        if (routes.SequenceEqual(_routes))
            return;
        _routes = routes;
        Speaker.Set(routes);
    }

    /// <summary>Says goodbye to the routers, then stops everything.</summary>
    public async Task CloseAsync(string reason)
    {
        using var limit = new CancellationTokenSource(_closeLimit, _time);
        try
        {
            await Speaker.CloseAsync(reason, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A router that does not take the goodbye learns it from the closed connection.
        }

        Flows.Close();

        await DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Health.DisposeAsync();
        await Speaker.DisposeAsync();
        Flows.Dispose();
        Dataplane.Dispose();
    }
}
