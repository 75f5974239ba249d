using System.Text.Json.Nodes;

namespace Hyperplane.Terraform.Values;

/// <summary>The type of a value; tuples and <c>dynamic</c> are in no schema of this provider.</summary>
internal sealed class AttributeType
{
    private AttributeType(
        TypeKind kind, AttributeType? element = null, IReadOnlyDictionary<string, AttributeType>? members = null)
    {
        Kind = kind;
        Element = element;
        Members = members ?? new Dictionary<string, AttributeType>(StringComparer.Ordinal);
    }

    /// <summary><c>string</c>.</summary>
    public static AttributeType Text { get; } = new(TypeKind.Text);

    /// <summary><c>number</c>.</summary>
    public static AttributeType Number { get; } = new(TypeKind.Number);

    /// <summary><c>bool</c>.</summary>
    public static AttributeType Truth { get; } = new(TypeKind.Truth);

    /// <summary>What it is.</summary>
    public TypeKind Kind { get; }

    /// <summary>The type of the elements; null where there are none.</summary>
    public AttributeType? Element { get; }

    /// <summary>An object's members.</summary>
    public IReadOnlyDictionary<string, AttributeType> Members { get; }

    /// <summary><c>list(…)</c>.</summary>
    public static AttributeType List(AttributeType element) => new(TypeKind.List, element);

    /// <summary><c>set(…)</c>.</summary>
    public static AttributeType Set(AttributeType element) => new(TypeKind.Set, element);

    /// <summary><c>map(…)</c>.</summary>
    public static AttributeType Map(AttributeType element) => new(TypeKind.Map, element);

    /// <summary><c>object({…})</c>.</summary>
    public static AttributeType Object(IEnumerable<KeyValuePair<string, AttributeType>> members) =>
        new(TypeKind.Object, members: new Dictionary<string, AttributeType>(members, StringComparer.Ordinal));

    /// <summary>As the protocol writes it: <c>"string"</c>, <c>["set","number"]</c>, <c>["object",{…}]</c>.</summary>
    public JsonNode ToJson() => Kind switch
    {
        TypeKind.Text => JsonValue.Create("string"),
        TypeKind.Number => JsonValue.Create("number"),
        TypeKind.Truth => JsonValue.Create("bool"),
        TypeKind.List => new JsonArray(JsonValue.Create("list"), Element!.ToJson()),
        TypeKind.Set => new JsonArray(JsonValue.Create("set"), Element!.ToJson()),
        TypeKind.Map => new JsonArray(JsonValue.Create("map"), Element!.ToJson()),
        _ => new JsonArray(
            JsonValue.Create("object"),
            new JsonObject(Members.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value.ToJson())))),
    };
}
