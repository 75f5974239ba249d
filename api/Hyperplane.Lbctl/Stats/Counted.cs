using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats;

/// <summary>What was counted at a zone, a listener or a target.</summary>
internal sealed record Counted(
    FlowCount Flows, string? Zone = null, int? Nodes = null, string? Protocol = null, int? Port = null,
    string? Address = null, string? State = null, IReadOnlyList<DropCount>? Drops = null)
{
    /// <summary>Zones.</summary>
    public static readonly IReadOnlyList<Column<Counted>> OfZones = FlowCount.Columns<Counted>(
        static one => one.Flows, new("ZONE", static one => one.Zone), new("NODES", static one => Text(one.Nodes)));

    /// <summary>Listeners.</summary>
    public static readonly IReadOnlyList<Column<Counted>> OfListeners = FlowCount.Columns<Counted>(
        static one => one.Flows, new Column<Counted>("LISTENER", static one => one.Listener));

    /// <summary>Targets.</summary>
    public static readonly IReadOnlyList<Column<Counted>> OfTargets = FlowCount.Columns<Counted>(
        static one => one.Flows,
        new("TARGET", static one => one.Address?.Contains(':', StringComparison.Ordinal) == true
            ? $"[{one.Address}]:{Text(one.Port)}"
            : $"{one.Address}:{Text(one.Port)}"),
        new("STATE", static one => one.State, IsStatus: true));

    /// <summary>Which listener.</summary>
    public string Listener => $"{Protocol}:{Text(Port)}";

    private static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
