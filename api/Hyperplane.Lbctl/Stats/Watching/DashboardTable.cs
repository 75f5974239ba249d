using System.Text;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>The parts of a picture, a line each; where the terminal is narrow, with fewer columns.</summary>
internal static class DashboardTable
{
    private const int NameWidth = 28;
    private const int NumberWidth = 8;
    private const int LeastChart = 8;
    private const int Gap = 2;

    /// <summary>What is left out first comes last.</summary>
    private static readonly (string Header, Func<MeteredRow, double> Value)[] Columns =
    [
        ("NEW/s", static row => row.Rates.NewFlows),
        ("ACTIVE", static row => row.Rates.ActiveFlows),
        ("B-IN/s", static row => row.Rates.BytesIn),
        ("B-OUT/s", static row => row.Rates.BytesOut),
        ("P-IN/s", static row => row.Rates.PacketsIn),
        ("P-OUT/s", static row => row.Rates.PacketsOut),
        ("RST/s", static row => row.Rates.Resets),
        ("DROP/s", static row => row.Drops.Sum(static one => one.Packets)),
    ];

    /// <summary>The header and as many rows as there is room for.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<MeteredRow> rows, int width, int room, bool colours)
    {
        if (rows.Count == 0 || room < 2)
            yield break;
        int name = Math.Min(NameWidth, rows.Max(static row => Name(row).Length));
        int state = rows.Max(static row => row.State?.Length ?? 0);
        int left = name + (state > 0 ? Gap + state : 0);
        int numbers = Math.Clamp((width - left - Gap - LeastChart) / NumberWidth, 0, Columns.Length);
        int chart = width - left - (numbers * NumberWidth) - Gap;
        yield return Dashboard.Fit(
            new string(' ', left)
                + string.Concat(Columns.Take(numbers).Select(static one => one.Header.PadLeft(NumberWidth)))
                + (chart >= LeastChart ? new string(' ', Gap) + "NEW/s" : ""),
            width);
        int shown = rows.Count > room - 1 ? room - 2 : rows.Count;
        foreach (MeteredRow row in rows.Take(shown))
            yield return Line(row, name, state, numbers, chart, width, colours);
        if (shown < rows.Count)
            yield return Dashboard.Fit($"… and {rows.Count - shown} more", width);
    }

    private static string Line(
        MeteredRow row, int name, int state, int numbers, int chart, int width, bool colours)
    {
        if (width < name + Gap + state)
            return Dashboard.Fit(Name(row), width);
        var line = new StringBuilder(Dashboard.Fit(Name(row), name).PadRight(name));
        if (state > 0)
        {
            string text = TerminalText.Harmless(row.State ?? "");
            line.Append(' ', Gap).Append(colours ? StatusColour.Paint(text) : text)
                .Append(' ', Math.Max(0, state - text.Length));
        }

        foreach ((_, Func<MeteredRow, double> value) in Columns.Take(numbers))
            line.Append(Amount.Of(value(row)).PadLeft(NumberWidth));
        if (chart >= LeastChart)
            line.Append(' ', Gap).Append(Sparkline.Of(row.NewFlows, chart));
        return line.ToString();
    }

    private static string Name(MeteredRow row) => $"{row.Part} {row.Name}";
}
