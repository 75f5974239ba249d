namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>One observed fact about a resource.</summary>
/// <param name="Type">Stable, PascalCase: <c>SnapshotApplied</c>, <c>SnapshotRefused</c>, <c>PrefixAnnounced</c>,
/// <c>NodeSilent</c>, <c>SnapshotPinned</c>, <c>RolloutHalted</c>, <c>PrefixWithdrawn</c>, <c>ZonalShiftActive</c>,
/// <c>ServedFromOtherZone</c>, <c>FailOpen</c>.</param>
/// <param name="Status">True when the fact holds.</param>
/// <param name="Zone">Where; null when it is about the whole resource.</param>
/// <param name="Node">On which node; null when it is about the zone.</param>
/// <param name="Reason">Stable, PascalCase.</param>
/// <param name="Message">For a person.</param>
public sealed record Condition(string Type, bool Status, string? Zone, string? Node, string Reason, string Message);
