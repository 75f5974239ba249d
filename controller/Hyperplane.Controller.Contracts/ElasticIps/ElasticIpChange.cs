namespace Hyperplane.Controller.Contracts.ElasticIps;

/// <summary>What a tenant wants to be otherwise; what is null stays.</summary>
public sealed record ElasticIpChange
{
    /// <summary>Tags to set, and with null those to remove; the others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}
