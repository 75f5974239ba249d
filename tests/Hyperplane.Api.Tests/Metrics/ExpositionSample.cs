namespace Hyperplane.Api.Tests.Metrics;

/// <summary>A number of a page of metrics.</summary>
internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
