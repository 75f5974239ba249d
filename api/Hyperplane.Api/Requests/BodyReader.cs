using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests.Rules;

namespace Hyperplane.Api.Requests;

/// <summary>
/// Builds a request record from JSON and finds everything that is wrong with it, not only the first thing.
/// </summary>
/// <remarks>
/// Unlike the serializer it never stops: what cannot be used is left null and told with its JSON pointer.
/// Knows records with settable members, <see cref="List{T}"/>, dictionaries of strings and patches of them,
/// strings, int and enumerations.
/// </remarks>
internal sealed class BodyReader(JsonSerializerOptions json, Findings findings)
{
    /// <summary>The value, or null when it is of the wrong kind altogether.</summary>
    public object? Read(JsonElement element, Type type, string pointer)
    {
        if (type == typeof(string))
            return ReadString(element, pointer);
        if (type == typeof(int))
            return ReadInteger(element, pointer);
        if (type.IsEnum)
            return ReadName(element, type, pointer);

        JsonTypeInfo info = json.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => ReadList(element, info, pointer),
            JsonTypeInfoKind.Dictionary when type == typeof(StringPatch) => ReadPatch(element, pointer),
            JsonTypeInfoKind.Dictionary => ReadStrings(element, pointer),
            _ => ReadObject(element, BodyShape.Of(type, json), pointer),
        };
    }

    private object? ReadObject(JsonElement element, BodyShape shape, string pointer)
    {
        if (!Is(element, JsonValueKind.Object, "Must be an object.", pointer))
            return null;

        object record = shape.Info.CreateObject!();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var missing = shape.Members.Values.Where(m => m.Required).ToDictionary(m => m.Name, StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string place = $"{pointer}/{JsonPointer.Escape(property.Name)}";
            if (!seen.Add(property.Name))
                findings.Invalid(place, "Is there more than once.");
            else if (!shape.Members.TryGetValue(property.Name, out BodyMember? member))
                findings.Add(place, ProblemCodes.UnknownMember, $"There is no such member; there are {shape.Allowed}.");
            else if (property.Value.ValueKind != JsonValueKind.Null)
                ReadMember(record, member, property.Value, place, missing);
            else if (record is IPatchBody patch)
                patch.Cleared.Add(property.Name);
        }

        foreach (string name in missing.Keys)
            findings.Add($"{pointer}/{name}", ProblemCodes.MissingMember, "Must be there.");
        return record;
    }

    private void ReadMember(
        object record, BodyMember member, JsonElement element, string place, Dictionary<string, BodyMember> missing)
    {
        missing.Remove(member.Name);
        if (Read(element, member.Type, place) is not { } value)
            return;

        foreach (ValidationAttribute rule in member.Rules)
        {
            if (!rule.IsValid(value))
                findings.Add(place, CodeOf(rule, value), rule.FormatErrorMessage(member.Name));
        }

        member.Set(record, value);
    }

    private IList? ReadList(JsonElement element, JsonTypeInfo info, string pointer)
    {
        if (!Is(element, JsonValueKind.Array, "Must be an array.", pointer))
            return null;

        var list = (IList)info.CreateObject!();
        foreach (JsonElement item in element.EnumerateArray())
            list.Add(Read(item, info.ElementType!, $"{pointer}/{list.Count}"));
        return list;
    }

    private Dictionary<string, string>? ReadStrings(JsonElement element, string pointer)
    {
        if (!Is(element, JsonValueKind.Object, "Must be an object.", pointer))
            return null;

        var strings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string place = $"{pointer}/{JsonPointer.Escape(property.Name)}";
            if (ReadString(property.Value, place) is { } value && !strings.TryAdd(property.Name, value))
                findings.Invalid(place, "Is there more than once.");
        }

        return strings;
    }

    private StringPatch? ReadPatch(JsonElement element, string pointer)
    {
        if (!Is(element, JsonValueKind.Object, "Must be an object.", pointer))
            return null;

        var patch = new StringPatch();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string place = $"{pointer}/{JsonPointer.Escape(property.Name)}";
            bool isNull = property.Value.ValueKind == JsonValueKind.Null;
            string? value = isNull ? null : ReadString(property.Value, place);
            if (!patch.TryAdd(property.Name, value))
                findings.Invalid(place, "Is there more than once.");
        }

        return patch;
    }

    private string? ReadString(JsonElement element, string pointer) =>
        Is(element, JsonValueKind.String, "Must be a string.", pointer) ? element.GetString() : null;

    /// <summary>
    /// A whole number beyond <see cref="int"/> becomes its nearest one, so that the range's own message is given.
    /// </summary>
    private object? ReadInteger(JsonElement element, string pointer)
    {
        if (!Is(element, JsonValueKind.Number, "Must be a whole number.", pointer))
            return null;
        if (element.TryGetInt32(out int value))
            return value;

        double real = element.GetDouble();
        if (real == Math.Floor(real))
            return (int)Math.Clamp(real, int.MinValue, int.MaxValue);

        findings.Invalid(pointer, "Must be a whole number.");
        return null;
    }

    private object? ReadName(JsonElement element, Type type, string pointer)
    {
        WireNames names = WireNames.Of(type);
        string message = $"Must be one of {names.All}.";
        if (!Is(element, JsonValueKind.String, message, pointer))
            return null;
        if (names.Find(element.GetString()!) is { } value)
            return value;

        findings.Invalid(pointer, message);
        return null;
    }

    private bool Is(JsonElement element, JsonValueKind kind, string message, string pointer)
    {
        if (element.ValueKind != kind)
            findings.Invalid(pointer, message);
        return element.ValueKind == kind;
    }

    private static string CodeOf(ValidationAttribute rule, object value) =>
        rule is ICodedRule coded ? coded.CodeFor(value) : ProblemCodes.InvalidValue;
}
