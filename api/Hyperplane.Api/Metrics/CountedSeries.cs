using Hyperplane.Api.Stats;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Metrics;

/// <summary>What was counted at something, with the labels that name it.</summary>
internal sealed record CountedSeries(string Labels, FlowCount Flows, IReadOnlyList<DropCount>? Drops = null)
{
    /// <summary>The metrics of many things of a kind.</summary>
    /// <param name="what">The kind's name in the metrics' names.</param>
    /// <param name="where">Where it was counted, to end a sentence with.</param>
    /// <param name="all">The things.</param>
    public static IEnumerable<MetricFamily> Families(string what, string where, IReadOnlyList<CountedSeries> all)
    {
        string name = $"hyperplane_{what}_";
        yield return Of("new_flows", MetricKind.Counter, $"Flows that began, {where}.", flows => flows.NewFlows);
        yield return Of(
            "active_flows", MetricKind.Gauge, $"Flows that are there, {where}.", flows => flows.ActiveFlows);
        yield return Of(
            "received_packets", MetricKind.Counter, $"Frames from clients, {where}.", flows => flows.PacketsIn);
        yield return Of(
            "received_bytes", MetricKind.Counter, $"Bytes of frames from clients, {where}.", flows => flows.BytesIn,
            "bytes");
        yield return Of("sent_packets", MetricKind.Counter, $"Frames to clients, {where}.", flows => flows.PacketsOut);
        yield return Of(
            "sent_bytes", MetricKind.Counter, $"Bytes of frames to clients, {where}.", flows => flows.BytesOut,
            "bytes");
        yield return new MetricFamily(
            name + "tcp_resets", MetricKind.Counter, $"TCP resets by who made them, {where}.",
            all.SelectMany(one => Resets(one.Labels, one.Flows)));
        yield return new MetricFamily(
            name + "dropped_packets", MetricKind.Counter, $"Frames that were dropped by reason, {where}.",
            all.SelectMany(one => (one.Drops ?? []).Select(drop => DropCountView.From(drop))
                .Select(drop => new MetricSample(
                    With(one.Labels, "reason", WireName.Of(drop.Reason)), drop.Packets))));

        MetricFamily Of(
            string metric, MetricKind kind, string help, Func<FlowCount, long> value, string? unit = null) =>
            new(name + metric, kind, help, all.Select(one => new MetricSample(one.Labels, value(one.Flows))), unit);
    }

    /// <summary>Labels with one more.</summary>
    public static string With(string labels, string name, string value) =>
        $"{labels},{MetricText.Labels((name, value))}";

    private static MetricSample[] Resets(string labels, FlowCount flows) =>
    [
        new(With(labels, "side", "client"), flows.ClientResets),
        new(With(labels, "side", "target"), flows.TargetResets),
        new(With(labels, "side", "load_balancer"), flows.LoadBalancerResets),
    ];
}
