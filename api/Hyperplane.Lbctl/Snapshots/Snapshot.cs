using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>A version of a cell's snapshot.</summary>
internal sealed record Snapshot(
    ulong Version,
    DateTimeOffset? MadeAt = null,
    int Bytes = 0,
    bool Additive = false,
    IReadOnlyList<ChangeCount>? Changes = null,
    int RunningNodes = 0,
    IReadOnlyList<NodeRefusal>? RefusedBy = null,
    bool Kept = false,
    string? State = null,
    string? Reason = null,
    ulong? PinnedVersion = null)
{
    /// <summary>What lbctl knows about snapshots.</summary>
    public static readonly ResourceKind<Snapshot> Kind = new(
        "snapshot",
        WireJson.Default.Snapshot,
        static one => Number(one.Version),
        static one => Number(one.Version),
        [
            new("VERSION", static one => Number(one.Version)),
            new("MADE", static one => Moment.Of(one.MadeAt)),
            new("BYTES", static one => one.Bytes.ToString(CultureInfo.InvariantCulture)),
            new("CHANGES", static one => ChangeCount.Text(one.Changes)),
            new("NODES", static one => one.RunningNodes.ToString(CultureInfo.InvariantCulture)),
            new("STATE", static one => one.State, IsStatus: true),
            new("REASON", static one => one.Reason ?? Refusals(one)),
        ]);

    /// <summary>Everything about one.</summary>
    public static void Describe(Snapshot one, Details details) => details
        .Add("Version", Number(one.Version))
        .Add("Made", Moment.Of(one.MadeAt))
        .Add("Bytes", one.Bytes.ToString(CultureInfo.InvariantCulture))
        .Add("Changes", ChangeCount.Text(one.Changes))
        .Add("Goes to", one.Additive ? "all nodes at once" : "one node after another")
        .Add("Nodes", one.RunningNodes.ToString(CultureInfo.InvariantCulture))
        .Add("State", one.State, isStatus: true)
        .Add("Reason", one.Reason)
        .Add("Repeats", one.PinnedVersion is { } pinned ? Number(pinned) : null)
        .Add("Content", one.Kept ? "kept" : "gone")
        .Add("Refused by", NodeRefusal.Columns, one.RefusedBy ?? []);

    private static string? Refusals(Snapshot one) => one.RefusedBy is { Count: > 0 } refusals
        ? "refused by " + string.Join(' ', refusals.Select(static refusal => refusal.Node))
        : null;

    private static string Number(ulong version) => version.ToString(CultureInfo.InvariantCulture);
}
