using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Contexts;

/// <summary>A context as it is shown: without its key.</summary>
internal sealed record Context(string Name, string Endpoint, string? CaFile, bool Current)
{
    /// <summary>What lbctl knows about contexts.</summary>
    public static readonly ResourceKind<Context> Kind = new(
        "context",
        WireJson.Default.Context,
        static one => one.Name,
        static one => one.Name,
        [
            new("CURRENT", static one => one.Current ? "*" : null),
            new("NAME", static one => one.Name),
            new("ENDPOINT", static one => one.Endpoint),
            new("CA-FILE", static one => one.CaFile),
        ]);
}
