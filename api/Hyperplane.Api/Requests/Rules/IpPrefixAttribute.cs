using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Requests.Rules;

/// <summary>A prefix of either family, of unicast addresses and without host bits.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IpPrefixAttribute : ValidationAttribute
{
    private static readonly Ipv4PrefixAttribute Ipv4 = new();
    private static readonly Ipv6PrefixAttribute Ipv6 = new();

    public IpPrefixAttribute() => ErrorMessage =
        "Must be a prefix without host bits such as 203.0.113.0/24 (8 to 32 bits) or 2001:db8::/64 (16 to 128 bits) "
        + "of unicast addresses.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) => Ipv4.IsValid(value) || Ipv6.IsValid(value);
}
