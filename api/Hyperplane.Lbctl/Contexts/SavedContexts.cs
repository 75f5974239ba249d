namespace Hyperplane.Lbctl.Contexts;

/// <summary>All of them, as the file has them.</summary>
/// <param name="Contexts">By name.</param>
/// <param name="Current">The name of the one that commands use; null for none.</param>
internal sealed record SavedContexts(Dictionary<string, SavedContext> Contexts, string? Current = null);
