using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A picture as a line of a log.</summary>
internal static class PictureLine
{
    /// <summary>Above the first line.</summary>
    public static string Header { get; } = Row(
        "AT", "NEW/s", "ACTIVE", "PACKETS-IN/s", "BYTES-IN/s", "PACKETS-OUT/s", "BYTES-OUT/s", "RESETS/s", "DROPS/s",
        "HEALTH");

    /// <summary>The whole; its parts are in the JSON.</summary>
    public static string Of(Picture picture) => Row(
        Moment.Of(picture.At)!,
        Text(picture.Rates.NewFlows),
        Text(picture.Rates.ActiveFlows),
        Text(picture.Rates.PacketsIn),
        Text(picture.Rates.BytesIn),
        Text(picture.Rates.PacketsOut),
        Text(picture.Rates.BytesOut),
        Text(picture.Rates.Resets),
        Text(picture.Drops.Sum(static drop => drop.Packets)),
        TerminalText.Harmless(picture.Health));

    private static string Row(params string[] cells) =>
        $"{cells[0],-19}  {string.Join("  ", cells[1..^1].Select(static cell => cell.PadLeft(13)))}  {cells[^1]}";

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
