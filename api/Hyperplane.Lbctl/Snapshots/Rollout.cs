using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>How the snapshots of a cell stand.</summary>
internal sealed record Rollout(
    string Cell,
    ulong WantedVersion = 0,
    string? State = null,
    string? Reason = null,
    ulong? PinnedVersion = null,
    DateTimeOffset? RestoredAt = null,
    IReadOnlyList<string>? KeptVips = null)
{
    /// <summary>What lbctl knows about roll-outs.</summary>
    public static readonly ResourceKind<Rollout> Kind = new(
        "roll-out",
        WireJson.Default.Rollout,
        static one => one.Cell,
        static one => one.Cell,
        [
            new("CELL", static one => one.Cell),
            new("WANTED", static one => one.WantedVersion.ToString(CultureInfo.InvariantCulture)),
            new("STATE", static one => one.State, IsStatus: true),
            new("PINNED", static one => one.PinnedVersion?.ToString(CultureInfo.InvariantCulture)),
            new("REASON", static one => one.Reason),
        ]);

    /// <summary>Everything about one.</summary>
    public static void Describe(Rollout one, Details details) => details
        .Add("Cell", one.Cell)
        .Add("Wanted", one.WantedVersion.ToString(CultureInfo.InvariantCulture))
        .Add("State", one.State, isStatus: true)
        .Add("Reason", one.Reason)
        .Add("Pinned", one.PinnedVersion?.ToString(CultureInfo.InvariantCulture))
        .Add("Restored", Moment.Of(one.RestoredAt))
        .Add("Kept VIPs", string.Join(' ', one.KeptVips ?? []));
}
