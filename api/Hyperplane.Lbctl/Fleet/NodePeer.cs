using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>A node's BGP session with a router.</summary>
internal sealed record NodePeer(
    string? Address = null, string? State = null, int? PrefixesSent = null, string? LastError = null)
{
    /// <summary>The table of sessions.</summary>
    public static readonly IReadOnlyList<Column<NodePeer>> Columns =
    [
        new("ROUTER", static one => one.Address),
        new("STATE", static one => one.State),
        new("PREFIXES", static one => one.PrefixesSent?.ToString(CultureInfo.InvariantCulture)),
        new("LAST-ERROR", static one => one.LastError),
    ];

    /// <summary>Whether routes flow.</summary>
    public bool IsEstablished => string.Equals(State, "established", StringComparison.OrdinalIgnoreCase);
}
