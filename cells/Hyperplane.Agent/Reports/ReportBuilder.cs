using Google.Protobuf;
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

    /// <summary>Bytes that the drops of listeners and VIPs may take.</summary>
    public const int MostDropBytes = 256 * 1024;

    /// <summary>Target groups of one report that are not served whole.</summary>
    public const int MostUnservedGroups = 256;

    private TargetList _targets = TargetList.From([], MostTargetBytes);

    /// <summary>The message.</summary>
    /// <param name="status">What there is to tell.</param>
    /// <param name="counters">Those of the dataplane; null before it runs.</param>
    /// <param name="partCounters">Those of flow state and health checks.</param>
    /// <param name="known">The hash of the targets that the controller has: they are left out while they are these;
    /// null or empty when it may have none.</param>
    public NodeReport Build(
        NodeStatus status, DataplaneCounters? counters, IReadOnlyList<KeyValuePair<string, ulong>> partCounters,
        ByteString? known = null)
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
        TargetList targets = TargetsOf(status);
        report.TargetsHash = targets.Hash;
        report.TargetsLeftOut = targets.Hash.Equals(known);
        if (!report.TargetsLeftOut)
            report.Targets.AddRange(targets.Told);
        if (counters is not null)
        {
            report.Listeners.AddRange(counters.Listeners.OrderBy(l => l.Key).Take(MostListeners)
                .Select(l => FlowMessages.OfListener(l.Key, l.Value)));
            report.TargetCounters.AddRange(counters.Targets
                .Where(t => t.Value.NewFlows > 0 || t.Value.Resets != default).OrderBy(t => t.Key)
                .Take(MostListeners).Select(t => FlowMessages.OfTarget(t.Key, t.Value)));
            AddDrops(report, counters);
            report.Counters.AddRange(
                CounterNames.All.Zip(counters.Packets, (name, value) => new Counter { Name = name, Value = value }));
            AddFlows(report, counters.Listeners.Values);
        }

        report.Counters.AddRange(partCounters.Select(c => new Counter { Name = c.Key, Value = c.Value }));
        return report;
    }

    /// <summary>The targets of a status; made once as long as the status keeps them.</summary>
    internal TargetList TargetsOf(NodeStatus status)
    {
        TargetList targets = _targets;
        if (targets.Of != status.Targets)
            _targets = targets = TargetList.From(status.Targets, MostTargetBytes);
        return targets;
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
        foreach ((uint vip, IReadOnlyList<ulong> dropped) in
            counters.VipDrops.OrderBy(one => one.Key).Take(MostListeners))
        {
            var refused = new VipCounters { VipId = vip, Drops = { FlowMessages.OfVipDrops(dropped) } };
            bytes += refused.CalculateSize() + 4;
            // Half at most: listeners have theirs, too.
            if (bytes > MostDropBytes / 2)
                break;
            if (refused.Drops.Count > 0)
                report.Vips.Add(refused);
        }

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

    private static Peer ToPeer(PeerStatus peer) => new()
    {
        Address = peer.Address.ToString(),
        State = peer.State,
        LastError = peer.LastError,
        PrefixesSent = (uint)peer.PrefixesSent,
    };
}
