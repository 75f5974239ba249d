namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>What a tenant wants to be otherwise; what is null stays.</summary>
/// <param name="TargetGroups">Where new flows go, by weight, instead of all before.</param>
/// <param name="IdleTimeoutSeconds">As in <see cref="ListenerConfig"/>.</param>
public sealed record ListenerChange(IReadOnlyList<TargetGroupShare>? TargetGroups, int? IdleTimeoutSeconds)
{
    /// <summary>What it listens to from now on.</summary>
    public TransportProtocol? Protocol { get; init; }

    /// <summary>Where it listens from now on.</summary>
    public int? Port { get; init; }

    /// <summary>Back to the protocol's usual idle timeout.</summary>
    public bool ResetsIdleTimeout { get; init; }

    /// <summary>Whose flows may begin from now on, instead of all before.</summary>
    public IReadOnlyList<string>? AllowedCidrs { get; init; }

    /// <summary>Whose may not from now on.</summary>
    public IReadOnlyList<string>? DeniedCidrs { get; init; }
}
