using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What was counted at a target.</summary>
public sealed record TargetStats(string Id, string Address, int Port, TargetState State, FlowCount Flows);
