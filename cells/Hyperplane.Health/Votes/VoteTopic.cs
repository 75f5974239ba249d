namespace Hyperplane.Health;

/// <summary>What is voted on: a target as a member of a group, checked in one way.</summary>
/// <param name="GroupId">Stable.</param>
/// <param name="TargetId">Stable.</param>
/// <param name="SettingsHash">Of all that decides what a check asks; votes on another check do not count.</param>
public readonly record struct VoteTopic(uint GroupId, uint TargetId, uint SettingsHash);
