using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Exporting;

/// <summary>Finds out what of a resource is not the default: the API is asked what it would be if only the least were
/// said of it.</summary>
/// <remarks>A key that may only read cannot ask that. Then defaults are written too, which means the same.</remarks>
internal sealed class Bare(Session session)
{
    /// <summary>Adds to a description what would be missing in it.</summary>
    /// <param name="said">Gets it.</param>
    /// <param name="current">The resource.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="least">What is said anyway.</param>
    /// <param name="members">What may have to be said.</param>
    public async Task AddAsync(
        JsonObject said, JsonElement current, string path, JsonObject least, params string[] members)
    {
        JsonElement? usual = await AskAsync(path, least);
        foreach (string member in members)
        {
            if (!current.TryGetProperty(member, out JsonElement value))
                continue;
            JsonElement? other = usual is { } whole && whole.TryGetProperty(member, out JsonElement same) ? same : null;
            JsonNode? difference = Difference(value, other);
            if (least[member] is JsonObject begun)
                difference = Joined(begun, difference as JsonObject ?? []);
            if (difference is not null)
                said[member] = difference;
        }
    }

    /// <summary>Adds a member that has something in it.</summary>
    public static void AddMember(JsonObject said, JsonElement current, string member)
    {
        if (current.TryGetProperty(member, out JsonElement value) && Difference(value, null) is { } there)
            said[member] = there;
    }

    /// <summary>A description of these members alone.</summary>
    public static JsonObject Of(JsonElement current, params string[] members)
    {
        var least = new JsonObject();
        foreach (string member in members)
        {
            if (current.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                least[member] = JsonNode.Parse(value.GetRawText());
        }

        return least;
    }

    private async Task<JsonElement?> AskAsync(string path, JsonObject least)
    {
        try
        {
            ApiAnswer answer = await session.Api.RequestAsync(
                HttpMethod.Put,
                ApiPath.With(path, "validateOnly", "true"),
                Encoding.UTF8.GetBytes(least.ToJsonString()),
                session.Deadline);
            return answer.Json;
        }
        catch (CommandFailure)
        {
            return null;
        }
    }

    private static JsonObject Joined(JsonObject begun, JsonObject rest)
    {
        var joined = new JsonObject();
        foreach ((string name, JsonNode? value) in begun.Concat(rest))
            joined[name] = value?.DeepClone();
        return joined;
    }

    /// <summary>The part of a value that another has not; null for none.</summary>
    private static JsonNode? Difference(JsonElement value, JsonElement? other)
    {
        if (value.ValueKind == JsonValueKind.Null || (other is { } same && JsonElement.DeepEquals(value, same)))
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            return JsonNode.Parse(value.GetRawText());
        var part = new JsonObject();
        foreach (JsonProperty member in value.EnumerateObject().OrderBy(
            static one => one.Name, StringComparer.Ordinal))
        {
            JsonElement? its = other is { ValueKind: JsonValueKind.Object } whole
                && whole.TryGetProperty(member.Name, out JsonElement known) ? known : null;
            if (Difference(member.Value, its) is { } said)
                part[member.Name] = said;
        }

        return part.Count > 0 ? part : null;
    }
}
