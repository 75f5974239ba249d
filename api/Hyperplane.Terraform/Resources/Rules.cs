using System.Net;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>The API's rules for texts, told when a plan is made.</summary>
internal static class Rules
{
    private const int MaxNameCharacters = 32;
    private const int MaxCidrs = 64;

    /// <summary>Names of load balancers and the like.</summary>
    public static string? Name(Value value)
    {
        string name = value.AsText!;
        bool isName = name.Length is >= 1 and <= MaxNameCharacters
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && name[0] != '-'
            && name[^1] != '-';
        return isName
            ? null
            : $"{value} is no name: 1 to {MaxNameCharacters} of A-Z, a-z, 0-9 and hyphen, no hyphen at the ends.";
    }

    /// <summary>Addresses of either family, written as the API answers them.</summary>
    public static string? Address(Value value)
    {
        if (!IPAddress.TryParse(value.AsText, out IPAddress? address))
            return $"{value} is no IP address.";
        string canonical = address.ToString();
        return canonical == value.AsText ? null : $"{value} must be written as \"{canonical}\".";
    }

    /// <summary>Prefixes of either family, written as the API answers them.</summary>
    public static string? Cidrs(Value value)
    {
        if (value.Elements.Length > MaxCidrs)
            return $"{value.Elements.Length} prefixes are more than {MaxCidrs}.";
        return value.Elements.Select(one => Cidr(one.AsText ?? "")).FirstOrDefault(wrong => wrong is not null);
    }

    private static string? Cidr(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? address))
            return $"\"{text}\" is no prefix like \"192.0.2.0/24\" or \"2001:db8::/32\".";
        if (!IPNetwork.TryParse(text, out IPNetwork network))
            return $"\"{text}\" has host bits, or no length in bits that an address of its family has.";
        if (!network.BaseAddress.Equals(address))
            return $"\"{text}\" has host bits: \"{network.BaseAddress}/{network.PrefixLength}\" has none.";
        string canonical = $"{address}/{network.PrefixLength}";
        return canonical == text ? null : $"\"{text}\" must be written as \"{canonical}\".";
    }
}
