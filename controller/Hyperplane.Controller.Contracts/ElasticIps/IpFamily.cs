namespace Hyperplane.Controller.Contracts.ElasticIps;

/// <summary>Of which family one address is.</summary>
public enum IpFamily
{
    /// <summary>32 bits.</summary>
    Ipv4,

    /// <summary>128 bits.</summary>
    Ipv6,
}
