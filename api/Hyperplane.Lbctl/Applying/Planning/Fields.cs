using System.Text.Json;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>The fields of a resource as a person reads them, and how two differ.</summary>
internal static class Fields
{
    /// <summary>Those that a body says, each as new.</summary>
    /// <param name="body">What is sent.</param>
    /// <param name="without">Members that are told elsewhere.</param>
    public static IReadOnlyList<FieldChange> Said(JsonElement body, params string[] without) =>
    [
        .. body.EnumerateObject()
            .Where(member => !without.Contains(member.Name, StringComparer.Ordinal))
            .SelectMany(static member => Flat(member.Name, member.Value))
            .Select(static field => new FieldChange(field.Key, null, field.Value)),
    ];

    /// <summary>Those that differ between what is and what would be.</summary>
    /// <param name="current">What is.</param>
    /// <param name="wanted">What would be.</param>
    /// <param name="members">The members that a file describes.</param>
    public static IReadOnlyList<FieldChange> Differences(
        JsonElement current, JsonElement wanted, params string[] members)
    {
        var changes = new List<FieldChange>();
        foreach (string member in members)
        {
            Dictionary<string, string> old = Of(current, member);
            Dictionary<string, string> become = Of(wanted, member);
            foreach (string field in old.Keys.Union(become.Keys, StringComparer.Ordinal))
            {
                string? before = old.GetValueOrDefault(field);
                string? after = become.GetValueOrDefault(field);
                if (before != after)
                    changes.Add(new FieldChange(field, before, after));
            }
        }

        return changes;
    }

    private static Dictionary<string, string> Of(JsonElement resource, string member) =>
        resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty(member, out JsonElement value)
            ? Flat(member, value).ToDictionary(StringComparer.Ordinal)
            : [];

    private static IEnumerable<KeyValuePair<string, string>> Flat(string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
            return value.EnumerateObject().SelectMany(member => Flat($"{path}.{member.Name}", member.Value));
        string? text = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0
            ? null
            : PlainText.Inline(value);
        return text is null ? [] : [new KeyValuePair<string, string>(path, text)];
    }
}
