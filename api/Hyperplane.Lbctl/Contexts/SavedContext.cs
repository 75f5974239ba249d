namespace Hyperplane.Lbctl.Contexts;

/// <summary>A region that a person named: where it is, what opens it, and whom it is trusted by.</summary>
/// <param name="Endpoint">The API's address, as it was said.</param>
/// <param name="Key">The API key.</param>
/// <param name="CaFile">PEM file; null: the system's authorities.</param>
internal sealed record SavedContext(string Endpoint, string Key, string? CaFile = null)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => Endpoint;
}
