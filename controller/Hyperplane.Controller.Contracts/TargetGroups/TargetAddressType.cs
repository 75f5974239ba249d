namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>Of which family the addresses of a group's targets are; clients and VIPs may be of the other.</summary>
public enum TargetAddressType
{
    /// <summary>IPv4.</summary>
    Ipv4,

    /// <summary>IPv6.</summary>
    Ipv6,
}
