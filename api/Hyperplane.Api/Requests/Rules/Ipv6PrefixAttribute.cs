using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>An IPv6 prefix of unicast addresses without host bits, such as fd00:18::/112.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class Ipv6PrefixAttribute : ValidationAttribute
{
    private const int ShortestBits = 16;

    public Ipv6PrefixAttribute() => ErrorMessage =
        "Must be an IPv6 prefix without host bits such as fd00:18::/112, of 16 to 128 bits; "
        + "not link-local or multicast.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string text
        && IPNetwork.TryParse(text, out IPNetwork prefix)
        && prefix.PrefixLength >= ShortestBits
        && IpAddressAttribute.IsHost(prefix.BaseAddress);
}
