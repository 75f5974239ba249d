namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>What a tenant asks for.</summary>
/// <param name="Address">An address of the group's family, neither of a VIP pool nor of a SNAT pool.</param>
/// <param name="Port">Null: the group's port.</param>
/// <param name="Weight">0 to 999; 1 by default.</param>
public sealed record TargetConfig(string Address, int? Port, int Weight)
{
    /// <summary>The zone that it is in; null: it counts as near in every zone.</summary>
    public string? Zone { get; init; }
}
