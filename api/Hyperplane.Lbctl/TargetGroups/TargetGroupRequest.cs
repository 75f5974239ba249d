namespace Hyperplane.Lbctl.TargetGroups;

/// <summary>The body of a create; what is null takes the API's default.</summary>
internal sealed record TargetGroupRequest(
    string Name,
    string Protocol,
    int Port,
    HealthCheck? HealthCheck,
    int? DeregistrationDelaySeconds,
    IReadOnlyDictionary<string, string>? Tags,
    string? IpAddressType = null,
    IReadOnlyDictionary<string, string>? Attributes = null);
