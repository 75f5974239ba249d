using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats;

/// <summary>Frames that were dropped for a reason.</summary>
internal sealed record DropCount(string Reason, long Packets)
{
    /// <summary>Whether a limit of new flows refused them: no listener has them.</summary>
    public bool IsRate => Reason.EndsWith("_rate", StringComparison.Ordinal);

    /// <summary>How drops are shown, with where they were.</summary>
    public static readonly IReadOnlyList<Column<(Counted At, DropCount Drop)>> Columns =
    [
        new("WHERE", static one => one.At.Zone is { } zone ? $"zone {zone}" : one.At.Listener),
        new("REASON", static one => one.Drop.Reason),
        new("PACKETS", static one => one.Drop.Packets.ToString(CultureInfo.InvariantCulture)),
    ];
}
