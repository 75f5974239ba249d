using Hyperplane.Api.Requests;

namespace Hyperplane.Api.Resources;

/// <summary>
/// The rules of a resource's tags: keys of 1 to 128, values of 0 to 256 characters, no control characters.
/// </summary>
internal static class Tags
{
    private const int LongestKey = 128;
    private const int LongestValue = 256;

    /// <summary>Adds what is wrong with any of them.</summary>
    public static void Check(IReadOnlyDictionary<string, string>? tags, Findings findings)
    {
        foreach ((string key, string value) in tags ?? new Dictionary<string, string>())
            Check(key, value, findings);
    }

    /// <summary>Adds what is wrong with any that a patch sets or removes.</summary>
    public static void Check(StringPatch? tags, Findings findings)
    {
        foreach ((string key, string? value) in tags ?? [])
            Check(key, value ?? "", findings);
    }

    /// <summary>What is wrong with a tag; null when nothing is.</summary>
    public static string? Objection(string key, string value)
    {
        if (key.Length is 0 or > LongestKey || key.Any(char.IsControl))
            return "A tag's key must have 1 to 128 characters, none a control character.";
        return value.Length > LongestValue || value.Any(char.IsControl)
            ? "A tag's value must have at most 256 characters, none a control character."
            : null;
    }

    private static void Check(string key, string value, Findings findings)
    {
        if (Objection(key, value) is { } objection)
            findings.Invalid($"/tags/{JsonPointer.Escape(key)}", objection);
    }
}
