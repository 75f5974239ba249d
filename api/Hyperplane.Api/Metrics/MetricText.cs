using System.Globalization;
using System.Text;

namespace Hyperplane.Api.Metrics;

/// <summary>Writes metrics as lines.</summary>
/// <remarks>Sources: Prometheus' "Exposition formats" (text format 0.0.4) and OpenMetrics 1.0.0. They differ in what
/// a family is called, in units, in the escapes of help and in the end.</remarks>
internal static class MetricText
{
    /// <summary>The last line of OpenMetrics.</summary>
    public const string End = "# EOF\n";

    /// <summary>Labels with their values, without the braces; names are right as they are.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in labels)
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(Escape(value)).Append('"');
        return text.ToString();
    }

    /// <summary>The lines before a family's samples.</summary>
    public static string Head(MetricFamily family, bool isOpenMetrics)
    {
        string name = isOpenMetrics ? family.Name : family.SampleName;
        string kind = (family.Kind, isOpenMetrics) switch
        {
            (MetricKind.Counter, _) => "counter",
            (MetricKind.Info, true) => "info",
            (MetricKind.Unknown, true) => "unknown",
            (MetricKind.Unknown, false) => "untyped",
            _ => "gauge",
        };
        string unit = family.Unit is { } said && isOpenMetrics ? $"# UNIT {name} {said}\n" : "";
        string help = isOpenMetrics ? Escape(family.Help) : EscapeHelp(family.Help);
        return $"# TYPE {name} {kind}\n{unit}# HELP {name} {help}\n";
    }

    /// <summary>A sample's line.</summary>
    public static string Line(MetricFamily family, MetricSample sample)
    {
        string labels = sample.Labels.Length == 0 ? "" : $"{{{sample.Labels}}}";
        return string.Create(CultureInfo.InvariantCulture, $"{family.SampleName}{labels} {sample.Value}\n");
    }

    private static string Escape(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapeHelp(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
