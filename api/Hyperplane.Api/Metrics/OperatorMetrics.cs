using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Metrics;

/// <summary>The operator's page: how nodes are, and all that they count.</summary>
internal static class OperatorMetrics
{
    private const string Established = "Established";

    /// <summary>All metrics of it.</summary>
    public static IEnumerable<MetricFamily> Of(IReadOnlyList<Node> nodes)
    {
        (Node Of, string Labels)[] named =
            [.. nodes.Select(one => (one, MetricText.Labels(("cell", one.Cell), ("node", one.Name))))];
        return
        [
            new MetricFamily(
                "hyperplane_node_last_report_timestamp_seconds", MetricKind.Gauge, "When the node reported last.",
                named.Where(one => one.Of.LastSeenAt is not null).Select(one => new MetricSample(
                    one.Labels, one.Of.LastSeenAt!.Value.ToUnixTimeSeconds())), "seconds"),
            Gauge("draining", "1 while the node is asked to leave, else 0.", one => one.Draining ? 1 : 0),
            Gauge("refuses", "1 while the node refuses the newest snapshot, else 0.",
                one => one.Refusal is null ? 0 : 1),
            Gauge("running_version", "The snapshot that the node runs; 0 for none.", one => (long)one.RunningVersion),
            Gauge("wanted_version", "The newest snapshot of its cell.", one => (long)one.WantedVersion),
            Gauge("peers", "Its BGP sessions.", one => one.Peers.Count),
            Gauge("established_peers", "Its BGP sessions that are established.",
                one => one.Peers.Count(peer => peer.State == Established)),
            Gauge("announced_prefixes", "The prefixes that it announces.", one => one.Announced.Count),
            new MetricFamily(
                "hyperplane_node_counter", MetricKind.Unknown,
                "What the node counts, by name; most only grow while its agent runs.",
                named.SelectMany(one => one.Of.Counters.OrderBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => new MetricSample(
                        CountedSeries.With(one.Labels, "counter", count.Key),
                        (long)Math.Min(count.Value, long.MaxValue))))),
        ];

        MetricFamily Gauge(string name, string help, Func<Node, long> value) => new(
            "hyperplane_node_" + name, MetricKind.Gauge, help,
            named.Select(one => new MetricSample(one.Labels, value(one.Of))));
    }
}
