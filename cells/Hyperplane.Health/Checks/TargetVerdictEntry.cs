namespace Hyperplane.Health;

/// <summary>A target with its verdict.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="GroupId">The group it was checked for.</param>
/// <param name="Verdict">What is known.</param>
public sealed record TargetVerdictEntry(uint TargetId, uint GroupId, TargetVerdict Verdict);
