using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>An address of one host: IPv4 as four decimal numbers, or IPv6 without brackets or zone.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IpAddressAttribute : ValidationAttribute
{
    private static readonly Ipv4AddressAttribute Ipv4 = new();

    public IpAddressAttribute() => ErrorMessage =
        "Must be an IPv4 address such as 10.0.0.7 or an IPv6 address such as fd00::7; not of this network, loopback, "
        + "link-local (IPv6), multicast or reserved.";

    /// <summary>Whether IPv4 is refused.</summary>
    public bool Ipv6Only { get; init; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => (!Ipv6Only && Ipv4.IsValid(value)) || IsIpv6(value);

    private static bool IsIpv6(object? value) =>
        value is string text
        && !text.AsSpan().ContainsAny("[]%/")
        && IPAddress.TryParse(text, out IPAddress? address)
        && IsHost(address);

    /// <summary>Whether an address is of IPv6 and a host's; the first byte of others is 0 or 255.</summary>
    internal static bool IsHost(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        && !address.IsIPv6LinkLocal
        && address.GetAddressBytes()[0] is not (0 or 0xff);
}
