namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>What went on between two readings, a second; active flows as they are.</summary>
internal sealed record Rates(
    double NewFlows, long ActiveFlows, double PacketsIn, double BytesIn, double PacketsOut, double BytesOut,
    double ClientResets, double TargetResets, double LoadBalancerResets)
{
    /// <summary>All resets together.</summary>
    public double Resets => ClientResets + TargetResets + LoadBalancerResets;

    /// <summary>From two counts and the seconds between them.</summary>
    public static Rates Between(FlowCount before, FlowCount now, double seconds) => new(
        Rate(before.NewFlows, now.NewFlows, seconds),
        now.ActiveFlows,
        Rate(before.PacketsIn, now.PacketsIn, seconds),
        Rate(before.BytesIn, now.BytesIn, seconds),
        Rate(before.PacketsOut, now.PacketsOut, seconds),
        Rate(before.BytesOut, now.BytesOut, seconds),
        Rate(before.ClientResets, now.ClientResets, seconds),
        Rate(before.TargetResets, now.TargetResets, seconds),
        Rate(before.LoadBalancerResets, now.LoadBalancerResets, seconds));

    /// <summary>A count that fell (a node died, and what it counted last is lost) stood still.</summary>
    public static double Rate(long before, long now, double seconds) =>
        seconds > 0 ? Math.Max(0, now - before) / seconds : 0;
}
