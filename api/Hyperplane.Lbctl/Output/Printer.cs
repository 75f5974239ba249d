using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Output;

/// <summary>Prints a command's answer in the format that was asked for.</summary>
internal sealed class Printer(Screen screen, OutputChoice choice, bool isDryRun = false)
{
    /// <summary>Whether people read the whole of it.</summary>
    public bool IsTable => choice is { Format: OutputFormat.Table or OutputFormat.Wide, Query: null };

    /// <summary>A list of resources.</summary>
    public void List<T>(ResourceKind<T> kind, IReadOnlyList<Resource<T>> items)
    {
        if (!PrintRows(kind, items))
            Json(JsonText.ListOf(items.Select(static item => item.Json)));
    }

    /// <summary>One resource as a table of one row.</summary>
    public void Row<T>(ResourceKind<T> kind, Resource<T> resource)
    {
        if (!PrintRows(kind, [resource]))
            Json(resource.Json);
    }

    /// <summary>One resource with all that is known about it.</summary>
    public void Detail<T>(ResourceKind<T> kind, Resource<T> resource, Action<T, Details> describe)
    {
        if (IsTable || !PrintRows(kind, [resource]))
            Detail(resource, describe);
    }

    /// <summary>Something that is no resource, with all that is known about it.</summary>
    public void Detail<T>(Resource<T> resource, Action<T, Details> describe)
    {
        if (IsTable)
        {
            var details = new Details(screen.HasColours);
            describe(resource.Value, details);
            screen.Print(details.ToString());
        }
        else
        {
            Plain(resource.Json);
        }
    }

    /// <summary>Something that became of a resource: a line with its parts for people, for scripts a line of JSON or a
    /// document of YAML with <c>event</c> and <c>resource</c>.</summary>
    public void Event<T>(string name, ResourceKind<T> kind, JsonElement resource, Func<T, IReadOnlyList<string?>> line)
    {
        T value = resource.Deserialize(kind.Type) ?? throw new InvalidDataException($"an event of no {kind.Noun}");
        JsonElement told = JsonText.EventOf(name, resource);
        if (IsTable)
            screen.Print(string.Join("  ", [name, .. line(value).Select(TextTable.Text)]));
        else if (choice.Query is not null)
            Json(told);
        else if (choice.Format == OutputFormat.Name)
            screen.Print(TextTable.Text(kind.Name(value)));
        else if (choice.Format == OutputFormat.Columns)
            screen.Print(string.Join("  ", ColumnChoice.Of(kind, choice.Columns!)
                .Select(one => TextTable.Text(one.Cell(new Resource<T>(value, resource))))));
        else
            screen.Print(choice.Format == OutputFormat.Yaml
                ? $"---\n{YamlText.Of(told)}"
                : TerminalText.Harmless(told.GetRawText()));
    }

    /// <summary>One of many that follow each other: a line of JSON, or a document of YAML.</summary>
    public void Line(JsonElement json)
    {
        if (choice is { Format: OutputFormat.Json, Query: null })
            screen.Print(TerminalText.Harmless(json.GetRawText()));
        else if (choice is { Format: OutputFormat.Yaml, Query: null })
            screen.Print($"---\n{YamlText.Of(json)}");
        else
            Plain(json);
    }

    /// <summary>A text of several lines, in whatever format.</summary>
    public void Text(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            screen.Print(TerminalText.Harmless(line));
    }

    /// <summary>What the API said, when lbctl does not know of what kind it is: JSON, unless something else was asked
    /// for.</summary>
    public void Plain(JsonElement json)
    {
        if (choice.Format == OutputFormat.Name)
            screen.Print(TextTable.Text(ColumnChoice.NameOf(json)));
        else if (choice.Format == OutputFormat.Columns)
            Table(ColumnChoice.Of(choice.Columns!), [json]);
        else
            Json(json);
    }

    /// <summary>A sentence about what was done, for people; for scripts the resource, when there is one.</summary>
    public void Done(string sentence, JsonElement resource)
    {
        if (IsTable)
            screen.Print(TerminalText.Harmless(isDryRun ? $"dry run: {sentence}" : sentence));
        else if (resource.ValueKind != JsonValueKind.Undefined)
            Plain(resource);
    }

    /// <summary>Prints them when they are wanted as rows.</summary>
    private bool PrintRows<T>(ResourceKind<T> kind, IReadOnlyList<Resource<T>> items)
    {
        if (choice.Query is not null)
            return false;
        switch (choice.Format)
        {
            case OutputFormat.Table:
            case OutputFormat.Wide:
                bool isWide = choice.Format == OutputFormat.Wide;
                Table(
                    [.. kind.Columns.Where(column => isWide || !column.IsWide)],
                    [.. items.Select(static item => item.Value)]);
                return true;
            case OutputFormat.Name:
                foreach (Resource<T> item in items)
                    screen.Print(TextTable.Text(kind.Name(item.Value)));
                return true;
            case OutputFormat.Columns:
                foreach (string unknown in ColumnChoice.Unknown(kind, choice.Columns!, items))
                    screen.Note(unknown);
                Table(ColumnChoice.Of(kind, choice.Columns!), items);
                return true;
            default:
                return false;
        }
    }

    private void Table<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        foreach (string line in TextTable.Render(columns, rows, screen.HasColours))
            screen.Print(line);
    }

    private void Json(JsonElement json)
    {
        JsonElement selected = json;
        if (choice.Query is { } query)
        {
            selected = query.Select(json);
            if (selected.ValueKind == JsonValueKind.Null)
                screen.Note($"note: --query {query.Text} selects nothing of this answer; -o json shows all of it");
        }

        if (choice.Format == OutputFormat.Yaml)
            screen.Print(YamlText.Of(selected));
        else if (choice.Format == OutputFormat.Json || choice.Query is null)
            screen.Print(JsonText.Of(selected));
        else
            foreach (string line in PlainText.Of(selected))
                screen.Print(line);
    }
}
