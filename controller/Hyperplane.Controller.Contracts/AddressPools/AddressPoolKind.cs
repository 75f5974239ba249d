namespace Hyperplane.Controller.Contracts.AddressPools;

/// <summary>What the addresses of a pool are for.</summary>
public enum AddressPoolKind
{
    /// <summary>Elastic IPs, which tenants hold until they release them.</summary>
    Elastic,

    /// <summary>VIPs of internal load balancers.</summary>
    Internal,
}
