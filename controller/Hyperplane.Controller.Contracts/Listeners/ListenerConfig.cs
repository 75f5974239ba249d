namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>What a tenant asks for.</summary>
/// <param name="Protocol">TCP, UDP or both.</param>
/// <param name="Port">1 to 65535, once per protocol.</param>
/// <param name="TargetGroupId">A group of the same tenant, of a protocol that has the listener's.</param>
/// <param name="IdleTimeoutSeconds">TCP: 60 to 6000, 350 when null. UDP, and the UDP
/// half of both: always 120.</param>
public sealed record ListenerConfig(
    TransportProtocol Protocol, int Port, string TargetGroupId, int? IdleTimeoutSeconds)
{
    /// <summary>Where its flows go, by weight; to the one group by default.</summary>
    public IReadOnlyList<TargetGroupShare> TargetGroups { get; init; } = [new TargetGroupShare(TargetGroupId, 1)];

    /// <summary>Whose flows may begin: a set of at most 64 prefixes or addresses of either family; none:
    /// everybody's.</summary>
    public IReadOnlyList<string> AllowedCidrs { get; init; } = [];

    /// <summary>Whose may not, whatever <see cref="AllowedCidrs"/> says.</summary>
    public IReadOnlyList<string> DeniedCidrs { get; init; } = [];
}
