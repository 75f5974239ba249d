using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>An IPv4 prefix of unicast addresses without host bits, such as 198.18.0.0/20.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class Ipv4PrefixAttribute : ValidationAttribute
{
    private const int ShortestBits = 8;

    public Ipv4PrefixAttribute() => ErrorMessage =
        "Must be an IPv4 prefix without host bits such as 198.18.0.0/20, of 8 to 32 bits; not loopback or multicast.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string text
        && IPNetwork.TryParse(text, out IPNetwork prefix)
        && prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork
        && string.Equals(prefix.ToString(), text, StringComparison.Ordinal)
        && prefix.PrefixLength >= ShortestBits
        && prefix.BaseAddress.GetAddressBytes()[0] is not (0 or 127 or >= 224);
}
