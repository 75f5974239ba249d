using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Output;

/// <summary>Prints a command's answer in the format that was asked for.</summary>
internal sealed class Printer(Screen screen, OutputFormat format)
{
    /// <summary>Whether people read it.</summary>
    public bool IsTable => format == OutputFormat.Table;

    /// <summary>A list of resources.</summary>
    public void List<T>(ResourceKind<T> kind, IReadOnlyList<Resource<T>> items)
    {
        if (IsTable)
            Table(kind.Columns, [.. items.Select(static item => item.Value)]);
        else
            Json(JsonText.ListOf(items.Select(static item => item.Json)));
    }

    /// <summary>One resource as a table of one row.</summary>
    public void Row<T>(ResourceKind<T> kind, Resource<T> resource)
    {
        if (IsTable)
            Table(kind.Columns, [resource.Value]);
        else
            Json(resource.Json);
    }

    /// <summary>One resource with all that is known about it.</summary>
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
            Json(resource.Json);
        }
    }

    /// <summary>Something that became of a resource: a line with its parts for people, for scripts a line of JSON or a
    /// document of YAML with <c>event</c> and <c>resource</c>.</summary>
    public void Event<T>(string name, ResourceKind<T> kind, JsonElement resource, Func<T, IReadOnlyList<string?>> line)
    {
        if (IsTable)
        {
            T value = resource.Deserialize(kind.Type) ?? throw new InvalidDataException($"an event of no {kind.Noun}");
            screen.Print(string.Join("  ", [name, .. line(value).Select(TextTable.Text)]));
            return;
        }

        JsonElement told = JsonText.EventOf(name, resource);
        screen.Print(format == OutputFormat.Yaml
            ? $"---\n{YamlText.Of(told)}"
            : TerminalText.Harmless(told.GetRawText()));
    }

    /// <summary>A text of several lines, in whatever format.</summary>
    public void Text(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            screen.Print(TerminalText.Harmless(line));
    }

    /// <summary>A sentence about what was done, for people; for scripts the resource, when there is one.</summary>
    public void Done(string sentence, JsonElement resource)
    {
        if (IsTable)
            screen.Print(TerminalText.Harmless(sentence));
        else if (resource.ValueKind != JsonValueKind.Undefined)
            Json(resource);
    }

    private void Table<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        foreach (string line in TextTable.Render(columns, rows, screen.HasColours))
            screen.Print(line);
    }

    private void Json(JsonElement json) =>
        screen.Print(format == OutputFormat.Yaml ? YamlText.Of(json) : JsonText.Of(json));
}
