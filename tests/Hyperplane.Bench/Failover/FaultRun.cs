using Hyperplane.Lab.Flows;

namespace Hyperplane.Bench.Failover;

/// <summary>One run of a fault.</summary>
/// <param name="Victims">The nodes it befell.</param>
/// <param name="Before">Two quiet seconds on the same connections: what the machine does without a fault.</param>
/// <param name="During">From the fault to its end, or until all flows go on.</param>
/// <param name="After">From there until all nodes are back and all flows go on.</param>
/// <param name="Wrk">What wrk saw from before the fault to its end; null: it did not run.</param>
/// <param name="Invalid">Why the run says nothing about the fault; null: it does.</param>
internal sealed record FaultRun(
    IReadOnlyList<string> Victims, FlowReport Before, FlowReport During, FlowReport After, WrkReport? Wrk,
    string? Invalid)
{
    /// <summary>Connections that did not survive.</summary>
    public int Broken => After.Steady.Broken + After.Fast.Broken;
}
