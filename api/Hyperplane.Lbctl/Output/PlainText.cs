using System.Text.Json;

namespace Hyperplane.Lbctl.Output;

/// <summary>What a query selected, for people and loops of a shell: texts without quotes, an item a line.</summary>
internal static class PlainText
{
    /// <summary>Its lines: of a list one an item, of a list in it its parts between tabs; none for nothing.</summary>
    public static IEnumerable<string> Of(JsonElement selected) => selected.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array => selected.EnumerateArray().Select(Line),
        _ => [Line(selected)],
    };

    /// <summary>A value within a line; null for nothing.</summary>
    public static string? Inline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Inline)),
        _ => value.GetRawText(),
    };

    private static string Line(JsonElement item) => item.ValueKind == JsonValueKind.Array
        ? string.Join('\t', item.EnumerateArray().Select(static part => TextTable.Text(Inline(part))))
        : TextTable.Text(Inline(item));
}
