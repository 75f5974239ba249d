using System.Text.Json;

namespace Hyperplane.Controller.Outcomes;

/// <summary>Tags as they are stored.</summary>
internal static class TagText
{
    /// <summary>A JSON object, keys in ordinal order.</summary>
    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(
            tags.ToDictionary(tag => tag.Key, tag => tag.Value), StringComparer.Ordinal));

    /// <summary>What was written.</summary>
    public static IReadOnlyDictionary<string, string> Read(string text) =>
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(text) ?? [];

    /// <summary>Strings with those of a change; what is null there goes. A change of null changes nothing.</summary>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string?>? change)
    {
        var merged = new Dictionary<string, string>(stored, StringComparer.Ordinal);
        foreach ((string key, string? value) in change ?? new Dictionary<string, string?>())
        {
            if (value is null)
                merged.Remove(key);
            else
                merged[key] = value;
        }

        return merged;
    }

    /// <summary>Whether stored tags are these.</summary>
    public static bool Same(string text, IReadOnlyDictionary<string, string> tags)
    {
        IReadOnlyDictionary<string, string> stored = Read(text);
        return stored.Count == tags.Count
            && stored.All(tag => tags.TryGetValue(tag.Key, out string? value) && value == tag.Value);
    }
}
