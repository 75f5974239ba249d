using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>A target group as it is wanted and as it is seen.</summary>
public sealed record TargetGroup(
    string Id,
    string Name,
    TransportProtocol Protocol,
    int Port,
    HealthCheckConfig HealthCheck,
    int DeregistrationDelaySeconds,
    IReadOnlyDictionary<string, string> Tags,
    long Generation,
    DateTimeOffset CreatedAt,
    ResourceStatus Status)
{
    /// <summary>Of which family its targets' addresses are.</summary>
    public TargetAddressType IpAddressType { get; init; }

    /// <summary>All of them, defaults too.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
