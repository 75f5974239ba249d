namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>What a tenant wants to be otherwise; what is null stays.</summary>
/// <param name="DeregistrationDelaySeconds">0 to 3600.</param>
/// <param name="Attributes">Those to set, and with null those that get their default; the others stay. With another
/// mode the old one's go that are not set.</param>
public sealed record TargetGroupChange(
    int? DeregistrationDelaySeconds, IReadOnlyDictionary<string, string?> Attributes)
{
    /// <summary>How targets are checked from now on.</summary>
    public HealthCheckChange? HealthCheck { get; init; }

    /// <summary>Tags to set, and with null those to remove; the others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}
