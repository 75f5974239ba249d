namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>Frames that were dropped for a reason.</summary>
public sealed record DropCount(DropReason Reason, long Packets);
