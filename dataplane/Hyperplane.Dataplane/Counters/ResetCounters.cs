namespace Hyperplane.Dataplane.Counters;

/// <summary>TCP resets of a listener's or a target's flows, by who made them, since the start.</summary>
/// <remarks>The XDP program gives every reset to the pipeline, so each is counted, by the node that has its flow. One
/// that no flow lets pass is a drop instead.</remarks>
/// <param name="FromClients">Clients' resets that were forwarded.</param>
/// <param name="FromTargets">Targets' resets that were forwarded; none in mode <c>dsr</c>, where they pass the nodes
/// by.</param>
/// <param name="Own">Resets that were made here, for either end.</param>
public readonly record struct ResetCounters(ulong FromClients, ulong FromTargets, ulong Own)
{
    /// <summary>Both together.</summary>
    public static ResetCounters operator +(ResetCounters left, ResetCounters right) => new(
        left.FromClients + right.FromClients, left.FromTargets + right.FromTargets, left.Own + right.Own);
}
