using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>How the snapshots of cells stand, as lbctl tells the operator.</summary>
internal static class Snapshots
{
    public static readonly string[] Cells = ["cell-a", "cell-b"];

    /// <summary>Until the newest snapshot of every cell has come to all its nodes.</summary>
    public static Task UntilDone(Region region) => Region.Until(
        "all roll-outs are done",
        () => Cells.All(cell => Of(region, cell) is var state && StateOf(state) == "done"
            && Running(region, cell).All(version => version == WantedOf(state))));

    /// <summary>How a cell stands.</summary>
    public static JsonElement Of(Region region, string cell) => Json(region, "admin", "snapshot", "get", cell);

    public static string? State(Region region, string cell) => StateOf(Of(region, cell));

    public static long Wanted(Region region, string cell) => WantedOf(Of(region, cell));

    /// <summary>A cell's versions, newest first.</summary>
    public static JsonElement[] List(Region region, string cell) => Items(region, "admin", "snapshot", "list", cell);

    /// <summary>The version that each node of a cell runs.</summary>
    public static long[] Running(Region region, string cell) =>
    [
        .. Items(region, "node", "list", "--cell", cell).Select(node => node.GetProperty("runningVersion").GetInt64()),
    ];

    /// <summary>Any answer to the operator.</summary>
    public static JsonElement Json(Region region, params string[] words)
    {
        using JsonDocument document = JsonDocument.Parse(region.Operator([.. words, "-o", "json"]));
        return document.RootElement.Clone();
    }

    private static string? StateOf(JsonElement cell) => cell.GetProperty("state").GetString();

    private static long WantedOf(JsonElement cell) => cell.GetProperty("wantedVersion").GetInt64();

    private static JsonElement[] Items(Region region, params string[] words) =>
        [.. Json(region, words).GetProperty("items").EnumerateArray()];
}
