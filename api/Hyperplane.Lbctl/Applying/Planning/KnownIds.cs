namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Ids by name: of what is there, and later of what was created.</summary>
internal sealed class KnownIds
{
    /// <summary>Of elastic IPs; an id stands for itself.</summary>
    public Dictionary<string, string> ElasticIps { get; } = new(StringComparer.Ordinal);

    /// <summary>Of target groups.</summary>
    public Dictionary<string, string> TargetGroups { get; } = new(StringComparer.Ordinal);

    /// <summary>Of load balancers.</summary>
    public Dictionary<string, string> LoadBalancers { get; } = new(StringComparer.Ordinal);
}
