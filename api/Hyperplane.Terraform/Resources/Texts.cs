using System.Text.Json;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>Plain members of an answer as members of a state.</summary>
internal static class Texts
{
    /// <summary>Each field with the answer's member: texts, numbers, truths; one that is not there is null.</summary>
    public static IEnumerable<KeyValuePair<string, Value>> Read(
        JsonElement json, params (string Field, string Member)[] fields) => fields.Select(field => KeyValuePair.Create(
            field.Field, json.TryGetProperty(field.Member, out JsonElement member) ? Of(member) : Value.Null));

    private static Value Of(JsonElement member) => member.ValueKind switch
    {
        JsonValueKind.String => Value.Text(member.GetString()),
        JsonValueKind.Number => Value.ParseNumber(member.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => Value.Truth(member.GetBoolean()),
        _ => Value.Null,
    };
}
