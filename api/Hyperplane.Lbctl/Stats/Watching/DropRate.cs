namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>Frames that were dropped for a reason, a second.</summary>
internal sealed record DropRate(string Reason, double Packets);
