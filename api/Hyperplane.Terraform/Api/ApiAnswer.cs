using System.Text.Json;

namespace Hyperplane.Terraform.Api;

/// <summary>What the API said to one request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined when there was none, or when it was no JSON.</param>
/// <param name="IsReplayed">Whether it repeats the answer to the same request.</param>
/// <param name="RequestId">The API's name for the request; null when it gave none.</param>
internal sealed record ApiAnswer(int Status, JsonElement Json, bool IsReplayed, string? RequestId)
{
    /// <summary>Whether it is a success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The stable code of a refusal; null when it is none of the API's.</summary>
    public string? Code => Text("code");

    /// <summary>A text of the body; null when it is not there.</summary>
    public string? Text(string name) =>
        Json.ValueKind == JsonValueKind.Object
        && Json.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
