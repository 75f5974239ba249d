namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What a zone's nodes counted.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Nodes">Nodes that reported lately.</param>
/// <param name="Flows">Their sum.</param>
/// <param name="Drops">Frames that they dropped, by reason: of listeners, and those that limits of new flows refused;
/// of target groups none.</param>
public sealed record ZoneStats(string Zone, int Nodes, FlowCount Flows, IReadOnlyList<DropCount> Drops);
