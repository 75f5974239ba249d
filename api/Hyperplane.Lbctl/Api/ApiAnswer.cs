using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hyperplane.Lbctl.Api;

/// <summary>What the API said to one request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined when there was none.</param>
/// <param name="Source">Method and address, for messages.</param>
/// <param name="RequestId">The API's name for the request; null when it gave none.</param>
internal sealed record ApiAnswer(int Status, JsonElement Json, string Source, string? RequestId)
{
    /// <summary>The body of an answer that was asked for as text; null when it was not, or is a refusal.</summary>
    public string? Text { get; init; }

    /// <summary>The body as a resource; fails when it is something else.</summary>
    public Resource<T> Read<T>(JsonTypeInfo<T> type) => ReadElement(Json, type);

    /// <summary>The members of <c>items</c>; fails when the body is no list.</summary>
    public IReadOnlyList<Resource<T>> ReadItems<T>(JsonTypeInfo<T> type)
    {
        if (Json.ValueKind != JsonValueKind.Object
            || !Json.TryGetProperty("items", out JsonElement items)
            || items.ValueKind != JsonValueKind.Array)
            throw NotUnderstood("it is not a list");
        return [.. items.EnumerateArray().Select(item => ReadElement(item, type))];
    }

    private Resource<T> ReadElement<T>(JsonElement json, JsonTypeInfo<T> type)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
            throw NotUnderstood("it is empty");
        try
        {
            return json.Deserialize(type) is { } value
                ? new Resource<T>(value, json)
                : throw NotUnderstood("it is null");
        }
        catch (JsonException wrong)
        {
            throw NotUnderstood(wrong.Message);
        }
    }

    private CommandFailure NotUnderstood(string why) =>
        new(ExitCode.Error, $"lbctl does not understand the API's answer: {why}", ApiFailure.Origin(Source, RequestId));
}
