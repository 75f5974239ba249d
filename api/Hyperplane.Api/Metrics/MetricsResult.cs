using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Metrics;

/// <summary>Answers with a page of metrics in the format that the request prefers.</summary>
internal sealed class MetricsResult(IEnumerable<MetricFamily> families) : IResult
{
    private const int ChunkBytes = 64 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        MetricFormat format = MetricFormat.Of(httpContext.Request);
        HttpResponse response = httpContext.Response;
        response.ContentType = format.ContentType;
        response.Headers.Vary = "Accept";
        response.Headers.CacheControl = "no-store";
        foreach (string line in Lines(format.IsOpenMetrics))
        {
            Encoding.UTF8.GetBytes(line, response.BodyWriter);
            if (response.BodyWriter.UnflushedBytes > ChunkBytes)
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private IEnumerable<string> Lines(bool isOpenMetrics)
    {
        foreach (MetricFamily family in families)
        {
            bool isBegun = false;
            foreach (MetricSample sample in family.Samples)
            {
                if (!isBegun)
                    yield return MetricText.Head(family, isOpenMetrics);
                isBegun = true;
                yield return MetricText.Line(family, sample);
            }
        }

        if (isOpenMetrics)
            yield return MetricText.End;
    }
}
