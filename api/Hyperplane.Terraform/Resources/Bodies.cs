using System.Text.Json.Nodes;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>Values as the members of a request's body.</summary>
internal static class Bodies
{
    /// <summary>A plain value; null for none.</summary>
    public static JsonNode? Of(Value value) => value.Kind switch
    {
        ValueKind.Text => JsonValue.Create(value.AsText),
        ValueKind.Truth => JsonValue.Create(value.AsTruth),
        ValueKind.Number => value.AsWhole is { } whole
            ? JsonValue.Create(whole)
            : JsonNode.Parse(value.ToString()),
        ValueKind.Items => new JsonArray([.. value.Elements.Select(Of)]),
        ValueKind.Members => Map(value),
        _ => null,
    };

    /// <summary>A map.</summary>
    public static JsonObject Map(Value value) =>
        new(value.Members.Select(one => KeyValuePair.Create(one.Key, Of(one.Value))));

    /// <summary>What of a map changes, as a merge patch (RFC 7396); null for nothing.</summary>
    public static JsonObject? MapPatch(Value prior, Value planned)
    {
        var patch = new JsonObject();
        foreach (string gone in prior.Members.Keys.Where(key => !planned.Members.ContainsKey(key)))
            patch[gone] = null;
        foreach ((string key, Value value) in planned.Members)
        {
            if (!value.Equals(prior[key]))
                patch[key] = Of(value);
        }

        return patch.Count == 0 ? null : patch;
    }

    /// <summary>The same body without the members that are null.</summary>
    public static JsonObject WithoutNulls(this JsonObject body)
    {
        foreach (string name in body.Where(one => one.Value is null).Select(one => one.Key).ToList())
            body.Remove(name);
        return body;
    }
}
