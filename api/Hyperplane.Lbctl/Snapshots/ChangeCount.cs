using System.Globalization;

namespace Hyperplane.Lbctl.Snapshots;

/// <summary>How many of one kind of thing differ.</summary>
internal sealed record ChangeCount(string Part, int Added = 0, int Removed = 0, int Changed = 0)
{
    /// <summary>All in a few characters: <c>vip +1, target -2 ~3</c>; null when nothing differs.</summary>
    public static string? Text(IReadOnlyList<ChangeCount>? counts) => counts is not { Count: > 0 }
        ? null
        : string.Join(", ", counts.Select(static one => one.Part
            + Number(" +", one.Added) + Number(" -", one.Removed) + Number(" ~", one.Changed)));

    private static string Number(string sign, int count) =>
        count == 0 ? "" : sign + count.ToString(CultureInfo.InvariantCulture);
}
