namespace Hyperplane.Dataplane.Counters;

/// <summary>Flows, frames and bytes of a listener or a target.</summary>
/// <param name="NewFlows">Created since the start.</param>
/// <param name="ActiveFlows">In the table now.</param>
/// <param name="PacketsIn">From clients.</param>
/// <param name="BytesIn">From clients, Ethernet frame lengths.</param>
/// <param name="PacketsOut">From targets.</param>
/// <param name="BytesOut">From targets, Ethernet frame lengths.</param>
public readonly record struct FlowCounters(
    ulong NewFlows, ulong ActiveFlows, ulong PacketsIn, ulong BytesIn, ulong PacketsOut, ulong BytesOut)
{
    /// <summary>Resets of TCP flows.</summary>
    public ResetCounters Resets { get; init; }

    /// <summary>What several pipelines counted.</summary>
    internal static FlowCounters Sum(IEnumerable<FlowCounters> parts) => parts.Aggregate((sum, one) => new FlowCounters(
        sum.NewFlows + one.NewFlows, sum.ActiveFlows + one.ActiveFlows,
        sum.PacketsIn + one.PacketsIn, sum.BytesIn + one.BytesIn,
        sum.PacketsOut + one.PacketsOut, sum.BytesOut + one.BytesOut)
    {
        Resets = sum.Resets + one.Resets,
    });
}
