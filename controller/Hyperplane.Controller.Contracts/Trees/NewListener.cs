using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>A listener to create with target groups.</summary>
/// <param name="Config">As it is wanted; the id of a group that is to be created is not looked at.</param>
/// <param name="NewGroups">For each group of <paramref name="Config"/>: what to create, or null for one that is
/// there.</param>
public sealed record NewListener(ListenerConfig Config, IReadOnlyList<NewTargetGroup?> NewGroups);
