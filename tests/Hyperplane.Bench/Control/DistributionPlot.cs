using System.Globalization;
using System.Text;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Control;

/// <summary>A picture of what distribution costs against the rate of change.</summary>
internal static class DistributionPlot
{
    private const int Width = 720;
    private const int Height = 360;
    private const int Margin = 56;

    /// <summary>Writes an SVG and gives its path.</summary>
    public static string Write(IReadOnlyList<DistributionCost> costs)
    {
        string folder = Path.Combine(Region.Root, "artifacts/bench");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "control-distribution.svg");
        File.WriteAllText(path, Draw(costs));
        return path;
    }

    private static string Draw(IReadOnlyList<DistributionCost> costs)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}"
              font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="{Margin}" y="24" font-size="15">Keeping nodes up with changes: cost against changes a second</text>
            <path d="M{Margin},{Height - Margin} H{Width - Margin} M{Margin},{Margin} V{Height - Margin}"
              stroke="black" fill="none"/>

            """);
        double most = costs.Max(cost => cost.Rate);
        foreach (DistributionCost cost in costs)
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(cost.Rate, most):F0}\" y=\"{Height - Margin + 18}\">{cost.Rate}</text>\n");
        Line(svg, costs, most, cost => cost.CpuShare, "cores", "#1f77b4", 44);
        Line(svg, costs, most, cost => cost.MegabytesPerSecond, "MB/s", "#d62728", 60);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Line(
        StringBuilder svg,
        IReadOnlyList<DistributionCost> costs,
        double mostRate,
        Func<DistributionCost, double> value,
        string unit,
        string colour,
        int legendY)
    {
        double most = Math.Max(costs.Max(value), 1e-9);
        string points = string.Join(' ', costs.Select(cost => string.Create(
            CultureInfo.InvariantCulture,
            $"{X(cost.Rate, mostRate):F1},{Height - Margin - (value(cost) / most * (Height - (2 * Margin))):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"""
            <polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>
            <text x="{Width - Margin}" y="{legendY}" text-anchor="end" fill="{colour}">{unit}, at most {most:G3}</text>

            """);
    }

    private static double X(double rate, double most) => Margin + (rate / most * (Width - (2 * Margin)));
}
