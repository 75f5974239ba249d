using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A picture as lines that fit a terminal: the whole with its charts, then its parts.</summary>
/// <param name="label">Whose counters they are.</param>
/// <param name="intervalSeconds">How often they are read.</param>
/// <param name="colours">Whether states are coloured.</param>
internal sealed class Dashboard(string label, int intervalSeconds, bool colours)
{
    private const int LabelWidth = 14;
    private const int ValueWidth = 8;

    /// <summary>The lines, at most as many and as wide as the terminal.</summary>
    /// <param name="picture">What goes on; null before the second reading.</param>
    /// <param name="note">What is wrong; null for nothing.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Lines.</param>
    public IReadOnlyList<string> Lines(Picture? picture, string? note, int width, int height)
    {
        List<string> lines = [Head(picture, width)];
        if (picture is null)
            lines.Add(Fit("the second reading gives the first rates", width));
        else
            lines.AddRange([.. Charts(picture, width), ""]);
        string foot = Fit(note ?? string.Create(
            CultureInfo.InvariantCulture, $"every {intervalSeconds} s · Ctrl-C ends"), width);
        int room = height - 1 - lines.Count; // the last line is the foot
        if (picture is not null)
            lines.AddRange(DashboardTable.Lines(picture.Rows, width, room, colours));
        return [.. lines.Take(Math.Max(0, height - 1)), foot];
    }

    /// <summary>The text, harmless, cut where the terminal ends.</summary>
    internal static string Fit(string text, int width)
    {
        string safe = TerminalText.Harmless(text);
        if (safe.Length <= width)
            return safe;
        return width <= 0 ? "" : safe[..(width - 1)] + "…";
    }

    private string Head(Picture? picture, int width)
    {
        string time = picture is null ? "" : $"{Moment.Of(picture.At)?[11..]} UTC";
        string name = Fit(label, Math.Max(0, width - time.Length - 1));
        if (picture is null)
            return name;
        string health = Fit($"  {picture.Health}", Math.Max(0, width - time.Length - 1 - name.Length));
        string gap = new(' ', Math.Max(1, width - name.Length - health.Length - time.Length));
        string shown = colours ? string.Join(' ', health.Split(' ').Select(StatusColour.Paint)) : health;
        return time.Length + 1 > width ? name : $"{name}{shown}{gap}{time}";
    }

    private static IEnumerable<string> Charts(Picture picture, int width)
    {
        yield return Chart("new flows/s", picture, static one => one.NewFlows, width);
        yield return Chart("active flows", picture, static one => one.ActiveFlows, width);
        yield return Chart("bytes/s in", picture, static one => one.BytesIn, width);
        yield return Chart("bytes/s out", picture, static one => one.BytesOut, width);
        yield return Chart("packets/s in", picture, static one => one.PacketsIn, width);
        yield return Chart("packets/s out", picture, static one => one.PacketsOut, width);
        Rates rates = picture.Rates;
        yield return Fit(
            "resets/s".PadRight(LabelWidth) + $"client {Amount.Of(rates.ClientResets)} · target "
                + $"{Amount.Of(rates.TargetResets)} · load balancer {Amount.Of(rates.LoadBalancerResets)}",
            width);
        string drops = picture.Drops.Count == 0
            ? "none"
            : string.Join(" · ", picture.Drops.Select(static one => $"{one.Reason} {Amount.Of(one.Packets)}"));
        yield return Fit("drops/s".PadRight(LabelWidth) + drops, width);
    }

    private static string Chart(string name, Picture picture, Func<Rates, double> value, int width)
    {
        string line = name.PadRight(LabelWidth) + Amount.Of(value(picture.Rates)).PadLeft(ValueWidth);
        int room = width - line.Length - 2;
        return room < 1
            ? Fit(line, width)
            : $"{line}  {Sparkline.Of([.. picture.History.Select(value)], room)}";
    }
}
