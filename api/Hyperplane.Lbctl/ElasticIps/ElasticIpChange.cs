namespace Hyperplane.Lbctl.ElasticIps;

/// <summary>The body of a change, a merge patch; what is null stays.</summary>
internal sealed record ElasticIpChange(IReadOnlyDictionary<string, string?>? Tags);
