using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Translates address types between the wire and the controller.</summary>
internal static class AddressTypes
{
    /// <summary>For the controller; IPv4 when absent.</summary>
    public static IpAddressType ToContract(this AddressType? type) =>
        type == AddressType.Dualstack ? IpAddressType.Dualstack : IpAddressType.Ipv4;

    /// <summary>For the wire.</summary>
    public static AddressType ToWire(this IpAddressType type) =>
        type == IpAddressType.Dualstack ? AddressType.Dualstack : AddressType.Ipv4;
}
