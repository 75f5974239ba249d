namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>What a tenant wants to be otherwise; what is null stays.</summary>
/// <param name="DeregistrationDelaySeconds">0 to 3600.</param>
/// <param name="Attributes">Those to set; the others stay. With another mode the old one's go that are not set.</param>
public sealed record TargetGroupChange(
    int? DeregistrationDelaySeconds, IReadOnlyDictionary<string, string> Attributes);
