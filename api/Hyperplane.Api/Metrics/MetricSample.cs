namespace Hyperplane.Api.Metrics;

/// <summary>A number of a metric.</summary>
/// <param name="Labels">As <see cref="MetricText.Labels"/> writes them.</param>
/// <param name="Value">The number.</param>
internal readonly record struct MetricSample(string Labels, long Value);
