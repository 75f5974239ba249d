namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>Of which families the addresses of a load balancer are, as with AWS.</summary>
public enum IpAddressType
{
    /// <summary>One IPv4 address a zone.</summary>
    Ipv4,

    /// <summary>One IPv4 and one IPv6 address a zone.</summary>
    Dualstack,
}
