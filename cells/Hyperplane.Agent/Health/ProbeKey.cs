namespace Hyperplane.Agent.Health;

/// <summary>A target as a member of a group: what a verdict is about.</summary>
public readonly record struct ProbeKey(uint GroupId, uint TargetId);
