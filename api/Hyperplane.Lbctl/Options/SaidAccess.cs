namespace Hyperplane.Lbctl.Options;

/// <summary>Where the API is and what opens it, as it was said and not judged yet; null for what was not.</summary>
internal sealed record SaidAccess(string? Endpoint, string? Key, string? CaFile)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => Endpoint ?? "";
}
