namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>What a tenant asks for.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">1 to 65535, once per protocol.</param>
/// <param name="TargetGroupId">A group of the same tenant and protocol.</param>
/// <param name="IdleTimeoutSeconds">TCP: 60 to 6000, 350 when null. UDP: always 120.</param>
public sealed record ListenerConfig(
    TransportProtocol Protocol, int Port, string TargetGroupId, int? IdleTimeoutSeconds);
