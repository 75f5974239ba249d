namespace Hyperplane.Api.Metrics;

/// <summary>A metric with all its numbers.</summary>
/// <param name="Name">Without the suffix of its kind; ends in its unit.</param>
/// <param name="Kind">What its numbers mean.</param>
/// <param name="Help">A sentence.</param>
/// <param name="Samples">No two with the same labels.</param>
/// <param name="Unit">Of its numbers; null for none.</param>
internal sealed record MetricFamily(
    string Name, MetricKind Kind, string Help, IEnumerable<MetricSample> Samples, string? Unit = null)
{
    /// <summary>The name of its samples.</summary>
    public string SampleName => Kind switch
    {
        MetricKind.Counter => Name + "_total",
        MetricKind.Info => Name + "_info",
        _ => Name,
    };
}
