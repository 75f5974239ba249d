namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A zone, a listener or a target, and what goes on there.</summary>
/// <param name="Part">What it is one of: <c>zone</c>, <c>listener</c>, <c>target</c>.</param>
/// <param name="Name">Which one.</param>
/// <param name="State">How it is, where that is told.</param>
/// <param name="Rates">Since the reading before.</param>
/// <param name="Drops">Likewise; none where they are not told.</param>
/// <param name="NewFlows">New flows a second of all readings, the newest last.</param>
internal sealed record MeteredRow(
    string Part,
    string Name,
    string? State,
    Rates Rates,
    IReadOnlyList<DropRate> Drops,
    IReadOnlyList<double> NewFlows);
