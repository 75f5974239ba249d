using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Output;

/// <summary>The columns of <c>-o columns=</c>: those of a kind's table by header, else by path.</summary>
internal static class ColumnChoice
{
    /// <summary>Columns of resources.</summary>
    public static IReadOnlyList<Column<Resource<T>>> Of<T>(
        ResourceKind<T> kind, IReadOnlyList<OutputColumn> wanted) =>
        [.. wanted.Select(one => Own(kind, one) is { } own
            ? new Column<Resource<T>>(own.Header, row => own.Cell(row.Value), own.IsStatus)
            : new Column<Resource<T>>(Header(one), row => Cell(one, row.Json)))];

    /// <summary>Columns of what is of no kind.</summary>
    public static IReadOnlyList<Column<JsonElement>> Of(IReadOnlyList<OutputColumn> wanted) =>
        [.. wanted.Select(one => new Column<JsonElement>(Header(one), row => Cell(one, row)))];

    /// <summary>What to say about those that no resource has anything of.</summary>
    public static IEnumerable<string> Unknown<T>(
        ResourceKind<T> kind, IReadOnlyList<OutputColumn> wanted, IReadOnlyList<Resource<T>> items) =>
        from one in wanted
        where items.Count > 0 && Own(kind, one) is null && items.All(item => Cell(one, item.Json) is null)
        let known = string.Join(", ", kind.Columns.Select(static column => NameOf(column.Header)))
        select $"note: no {kind.Noun} here has '{one.Name}'; columns are {known}, and paths as in status.provisioning";

    /// <summary>The name of something of no kind, or its id.</summary>
    public static string? NameOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && (json.TryGetProperty("name", out JsonElement name) || json.TryGetProperty("id", out name))
            ? PlainText.Inline(name) : null;

    private static Column<T>? Own<T>(ResourceKind<T> kind, OutputColumn one) =>
        kind.Columns.FirstOrDefault(column => NameOf(column.Header) == NameOf(one.Name));

    private static string NameOf(string header) => header.Replace(' ', '-').ToUpperInvariant();

    private static string Header(OutputColumn one) => TerminalText.Harmless(one.Name.ToUpperInvariant());

    private static string? Cell(OutputColumn one, JsonElement row) =>
        one.Path is { } path ? PlainText.Inline(path.Select(row)) : null;
}
