namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>A field that becomes another one.</summary>
/// <param name="Field">As a path: <c>healthCheck.port</c>.</param>
/// <param name="Old">What it is; null for nothing.</param>
/// <param name="New">What it becomes; null for nothing.</param>
internal sealed record FieldChange(string Field, string? Old, string? New);
