namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>What tells the targets of a group apart.</summary>
/// <param name="Address">An address of the group's family.</param>
/// <param name="Port">Null: the group's port.</param>
public sealed record TargetKey(string Address, int? Port);
