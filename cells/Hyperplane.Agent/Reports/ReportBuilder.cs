using Google.Protobuf;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Reports;

/// <summary>Puts a node's status and counters into the message for the controller.</summary>
/// <param name="cell">From the configuration.</param>
/// <param name="node">From the configuration.</param>
/// <param name="start">This incarnation, microseconds since 1970.</param>
public sealed class ReportBuilder(string cell, string node, ulong start)
{
    /// <summary>Bytes that the targets of one report may take: a gRPC message has 4 MiB.</summary>
    public const int MostTargetBytes = 2 * 1024 * 1024;

    /// <summary>Listeners of one report, and targets with counters.</summary>
    public const int MostListeners = 16_384;

    /// <summary>Bytes that the drops of listeners may take.</summary>
    public const int MostDropBytes = 256 * 1024;

    /// <summary>Target groups of one report that are not served whole.</summary>
    public const int MostUnservedGroups = 256;

    /// <summary>The message; counters are those of the dataplane, null before it runs, and those of flow
    /// state.</summary>
    public NodeReport Build(
        NodeStatus status, DataplaneCounters? counters, IReadOnlyList<KeyValuePair<string, ulong>> flowCounters)
    {
        var report = new NodeReport
        {
            Cell = cell,
            Node = node,
            Start = start,
            RunningVersion = status.Version,
            RunningHash = ByteString.CopyFrom(status.Hash.Span),
            RefusedVersion = status.RefusedVersion,
            Refusal = status.Refusal,
            Draining = status.Draining,
        };
        report.UnservedGroups.AddRange(status.UnservedGroups.Take(MostUnservedGroups));
        report.Peers.AddRange(status.Peers.Select(ToPeer));
        report.Announced.AddRange(status.Announced.Select(p => p.ToString()));
        AddTargets(report, status);
        if (counters is not null)
        {
            report.Listeners.AddRange(counters.Listeners.OrderBy(l => l.Key).Take(MostListeners)
                .Select(l => FlowMessages.OfListener(l.Key, l.Value)));
            report.TargetCounters.AddRange(counters.Targets.Where(t => t.Value.NewFlows > 0 || t.Value.Resets != default)
                .OrderBy(t => t.Key).Take(MostListeners).Select(t => FlowMessages.OfTarget(t.Key, t.Value)));
            AddDrops(report, counters);
            report.Counters.AddRange(
                CounterNames.All.Zip(counters.Packets, (name, value) => new Counter { Name = name, Value = value }));
            AddFlows(report, counters.Listeners.Values);
        }

        report.Counters.AddRange(flowCounters.Select(c => new Counter { Name = c.Key, Value = c.Value }));
        return report;
    }

    /// <summary>Sums over the listeners that the node has now: they fall when a listener goes.</summary>
    private static void AddFlows(NodeReport report, IEnumerable<FlowCounters> listeners)
    {
        (ulong made, ulong active) = listeners.Aggregate(
            (0UL, 0UL), (sum, flows) => (sum.Item1 + flows.NewFlows, sum.Item2 + flows.ActiveFlows));
        report.Counters.Add(new Counter { Name = "new_flows", Value = made });
        report.Counters.Add(new Counter { Name = "active_flows", Value = active });
    }

    private static void AddDrops(NodeReport report, DataplaneCounters counters)
    {
        int bytes = 0;
        foreach (ListenerCounters listener in report.Listeners)
        {
            if (!counters.Drops.TryGetValue(listener.ListenerId, out IReadOnlyList<ulong>? dropped))
                continue;
            foreach (DropCounter one in FlowMessages.OfDrops(dropped))
            {
                bytes += one.CalculateSize() + 4;
                if (bytes > MostDropBytes)
                    return;
                listener.Drops.Add(one);
            }
        }
    }

    private static void AddTargets(NodeReport report, NodeStatus status)
    {
        int bytes = 0;
        foreach (TargetHealth target in status.Targets.Select(ToTarget))
        {
            bytes += target.CalculateSize() + 4;
            if (bytes > MostTargetBytes)
                return;
            report.Targets.Add(target);
        }
    }

    private static Peer ToPeer(PeerStatus peer) => new()
    {
        Address = peer.Address.ToString(),
        State = peer.State,
        LastError = peer.LastError,
        PrefixesSent = (uint)peer.PrefixesSent,
    };

    private static TargetHealth ToTarget(TargetStatus target)
    {
        var message = new TargetHealth
        {
            TargetId = target.Key.TargetId,
            TargetGroupId = target.Key.GroupId,
            State = target.State,
            Reason = target.Reason,
            Detail = target.Detail,
            Sent = target.Sent,
            Received = target.Received,
            CheckedAtMs = (ulong)(target.CheckedAt?.ToUnixTimeMilliseconds() ?? 0),
        };
        if (target.Own is { } own)
            message.Vote = own switch
            {
                ProbeState.Healthy => TargetHealth.Types.State.Healthy,
                ProbeState.Unhealthy => TargetHealth.Types.State.Unhealthy,
                _ => TargetHealth.Types.State.Initial,
            };
        return message;
    }
}
