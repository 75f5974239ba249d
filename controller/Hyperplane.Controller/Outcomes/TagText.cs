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

    /// <summary>Whether stored tags are these.</summary>
    public static bool Same(string text, IReadOnlyDictionary<string, string> tags)
    {
        IReadOnlyDictionary<string, string> stored = Read(text);
        return stored.Count == tags.Count
            && stored.All(tag => tags.TryGetValue(tag.Key, out string? value) && value == tag.Value);
    }
}
