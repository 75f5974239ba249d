using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hyperplane.Api.Metrics;

/// <summary>How a page of metrics is written.</summary>
internal sealed record MetricFormat(string ContentType, bool IsOpenMetrics)
{
    /// <summary>The media types, for the document.</summary>
    public const string TextType = "text/plain";

    /// <summary>Of OpenMetrics.</summary>
    public const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>Prometheus' text format 0.0.4, for whoever asks for nothing better.</summary>
    public static readonly MetricFormat Text = new(TextType + "; version=0.0.4; charset=utf-8", false);

    /// <summary>OpenMetrics 1.0.</summary>
    public static readonly MetricFormat OpenMetrics = new(OpenMetricsType + "; version=1.0.0; charset=utf-8", true);

    /// <summary>What a request prefers (RFC 9110, 12.5.1): OpenMetrics only when it is named.</summary>
    public static MetricFormat Of(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(
            [.. request.Headers.Accept.OfType<string>()], out IList<MediaTypeHeaderValue>? accepted))
            return Text;
        double open = Best(one => Is(one, OpenMetricsType, "1.0.0"));
        double text = Best(one => Is(one, TextType, "0.0.4") || one.MatchesAllTypes
            || (one.MatchesAllSubTypes && one.Type.Equals("text", StringComparison.OrdinalIgnoreCase)));
        return open > 0 && open >= text ? OpenMetrics : Text;

        double Best(Func<MediaTypeHeaderValue, bool> isMeant) =>
            accepted.Where(isMeant).Select(one => one.Quality ?? 1).DefaultIfEmpty().Max();
    }

    /// <summary>Whether a type is meant, in any version or this one.</summary>
    private static bool Is(MediaTypeHeaderValue one, string type, string version)
    {
        NameValueHeaderValue? asked = one.Parameters.FirstOrDefault(
            parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
        return one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
            && (asked is null || HeaderUtilities.RemoveQuotes(asked.Value).Equals(version, StringComparison.Ordinal));
    }
}
