namespace Hyperplane.Lbctl.Trees;

/// <summary>Where a resource of a tree stands.</summary>
internal sealed record Standing(string Provisioning, string Operating);
