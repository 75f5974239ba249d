using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>An IPv4 address of one host, written as four decimal numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class Ipv4AddressAttribute : ValidationAttribute
{
    public Ipv4AddressAttribute() => ErrorMessage =
        "Must be an IPv4 address such as 10.0.0.7; not 0.0.0.0/8, loopback, multicast or reserved.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string text
        && IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetwork
        && string.Equals(address.ToString(), text, StringComparison.Ordinal)
        && address.GetAddressBytes()[0] is not (0 or 127 or >= 224);
}
