using System.Text.RegularExpressions;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Outcomes;

/// <summary>The rules that several resources share; each adds what is wrong to a list.</summary>
internal static partial class Rules
{
    private const int MaxTags = 50;
    private const int MaxTagKeyChars = 128;
    private const int MaxTagValueChars = 256;
    private const int MaxKnown = 20;

    /// <summary>A tenant's resource: 1 to 32 letters, digits and hyphens, no hyphen at the ends.</summary>
    public static void Name(List<FieldError> errors, string? name, string pointer)
    {
        if (name is null || !ResourceName().IsMatch(name))
            errors.Add(Invalid(pointer, "1 to 32 letters, digits and hyphens are allowed, no hyphen at the ends."));
    }

    /// <summary>An operator's resource: 1 to 32 of a-z, 0-9 and hyphen.</summary>
    public static void PlaceName(List<FieldError> errors, string? name, string pointer)
    {
        if (name is null || !PlacePattern().IsMatch(name))
            errors.Add(Invalid(pointer, "1 to 32 of a-z, 0-9 and hyphen are allowed, no hyphen at the ends."));
    }

    /// <summary>A tenant's or key's name: 1 to 64 characters on one line.</summary>
    public static void Label(List<FieldError> errors, string? name, string pointer)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 64 || name.Any(char.IsControl))
            errors.Add(Invalid(pointer, "1 to 64 characters are allowed, none of them a control character."));
    }

    /// <summary>A number within a range.</summary>
    public static void Between(List<FieldError> errors, int value, int least, int most, string pointer)
    {
        if (value < least || value > most)
            errors.Add(Invalid(pointer, $"{least} to {most} is allowed."));
    }

    /// <summary>At most 50 tags, keys of 1 to 128 and values of up to 256 characters.</summary>
    public static void Tags(List<FieldError> errors, IReadOnlyDictionary<string, string> tags, string pointer)
    {
        if (tags.Count > MaxTags)
            errors.Add(Invalid(pointer, $"At most {MaxTags} tags are allowed."));
        foreach ((string key, string value) in tags)
        {
            if (key.Length is 0 or > MaxTagKeyChars || value is null || value.Length > MaxTagValueChars
                || key.Any(char.IsControl) || value.Any(char.IsControl))
                errors.Add(Invalid(
                    $"{pointer}/{Escape(key)}",
                    $"1 to {MaxTagKeyChars} characters for the key and up to {MaxTagValueChars} for the value "
                    + "are allowed, none of them a control character."));
        }
    }

    /// <summary>What cannot be changed must be said as it is.</summary>
    public static void Immutable(List<FieldError> errors, string pointer, bool isSame, string current)
    {
        if (!isSame)
            errors.Add(new FieldError(pointer, "immutable", $"It cannot be changed; it is {current}."));
    }

    /// <summary>The error of a zone that is not there.</summary>
    public static FieldError UnknownZone(string pointer, string? zone, IEnumerable<string> zones)
    {
        string[] known = [.. zones.Order(StringComparer.Ordinal).Take(MaxKnown)];
        string told = known.Length == 0 ? "there is none yet" : string.Join(", ", known);
        return new FieldError(pointer, "unknown_zone", $"There is no zone {Refuse.Quote(zone)}; known: {told}.");
    }

    /// <summary>An error of the plain kind.</summary>
    public static FieldError Invalid(string pointer, string message) => new(pointer, "invalid_value", message);

    // RFC 6901 section 3.
    private static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ResourceName();

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex PlacePattern();
}
