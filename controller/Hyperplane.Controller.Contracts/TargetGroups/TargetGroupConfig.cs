using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>What a tenant asks for.</summary>
/// <param name="Name">Unique in the tenant; as a load balancer's.</param>
/// <param name="Protocol">TCP, UDP or both.</param>
/// <param name="Port">Port of targets that name none.</param>
/// <param name="HealthCheck">How to tell a healthy target.</param>
/// <param name="DeregistrationDelaySeconds">0 to 3600; 300 by default.</param>
/// <param name="Tags">At most 50.</param>
public sealed record TargetGroupConfig(
    string Name,
    TransportProtocol Protocol,
    int Port,
    HealthCheckConfig HealthCheck,
    int DeregistrationDelaySeconds,
    IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Of which family its targets' addresses are; IPv4 by default.</summary>
    public TargetAddressType IpAddressType { get; init; }

    /// <summary>By AWS's names where AWS has them; what is left out has its default.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
