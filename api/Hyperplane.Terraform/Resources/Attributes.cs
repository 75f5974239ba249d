using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>The API's attributes, strings by name, as typed fields.</summary>
/// <param name="entries">Each field with the API's name of it.</param>
internal sealed class Attributes(params (Field Field, string Wire)[] entries)
{
    /// <summary>The fields.</summary>
    public IEnumerable<Field> Fields => entries.Select(entry => entry.Field);

    /// <summary>For a create: all that are known and not the default, which an older API need not know; null for
    /// none.</summary>
    public JsonObject? Body(Value planned)
    {
        var body = new JsonObject();
        foreach ((Field field, string wire) in entries)
        {
            if (planned[field.Name].IsKnown && !planned[field.Name].Equals(field.Default))
                body[wire] = Text(planned[field.Name]);
        }

        return body.Count == 0 ? null : body;
    }

    /// <summary>What differs, as a merge patch; null for nothing.</summary>
    public JsonObject? Patch(Value prior, Value planned)
    {
        var body = new JsonObject();
        foreach ((Field field, string wire) in entries)
        {
            Value wanted = planned[field.Name];
            if (!wanted.IsUnknown && !wanted.Equals(prior[field.Name]))
                body[wire] = wanted.IsNull ? null : Text(wanted);
        }

        return body.Count == 0 ? null : body;
    }

    /// <summary>The fields as an answer shows them.</summary>
    public IEnumerable<KeyValuePair<string, Value>> Read(JsonElement json)
    {
        JsonElement attributes = json.GetProperty("attributes");
        return entries.Select(entry => KeyValuePair.Create(
            entry.Field.Name,
            attributes.TryGetProperty(entry.Wire, out JsonElement value)
                ? Parse(value.GetString()!, entry.Field.Type)
                : entry.Field.Default ?? Value.Null));
    }

    private static string Text(Value value) => value.Kind switch
    {
        ValueKind.Truth => value.AsTruth!.Value ? "true" : "false",
        ValueKind.Number => value.AsWhole!.Value.ToString(CultureInfo.InvariantCulture),
        _ => value.AsText!,
    };

    /// <summary>A word where a number should be (<c>off</c>) is none.</summary>
    private static Value Parse(string text, AttributeType type) => type.Kind switch
    {
        TypeKind.Truth => Value.Truth(text == "true"),
        TypeKind.Number => Value.ParseNumber(text),
        _ => Value.Text(text),
    };
}
