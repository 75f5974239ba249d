namespace Hyperplane.Api.Metrics;

/// <summary>What a metric's numbers mean; the names of OpenMetrics 1.0.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; its samples' names end in <c>_total</c>.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Always 1: what it says is in its labels; its samples' names end in <c>_info</c>.</summary>
    Info,

    /// <summary>One or the other.</summary>
    Unknown,
}
