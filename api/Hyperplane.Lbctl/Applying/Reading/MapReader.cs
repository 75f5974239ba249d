using System.Globalization;

namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Takes a map apart: what it does not expect, and what is of the wrong type, becomes a finding.</summary>
internal sealed class MapReader
{
    private readonly FileMap _map;
    private readonly string _what;
    private readonly Findings _findings;

    private MapReader(FileMap map, string what, Findings findings) =>
        (_map, _what, _findings) = (map, what, findings);

    /// <summary>Where the map begins.</summary>
    public Place At => _map.At;

    /// <summary>Begins with a value that must be a map of these members; null when it is none.</summary>
    /// <param name="node">The value.</param>
    /// <param name="what">What it describes, with an article.</param>
    /// <param name="findings">Gets what is wrong.</param>
    /// <param name="members">What it may have.</param>
    public static MapReader? Of(FileNode node, string what, Findings findings, params string[] members)
    {
        string allowed = string.Join(", ", members);
        if (node is not FileMap map)
        {
            findings.Add(node.At, $"{what} must be a map, not {node.Kind}; it may have {allowed}");
            return null;
        }

        foreach (FileMember member in map.Members)
        {
            if (!members.Contains(member.Name, StringComparer.Ordinal))
                findings.Add(member.At, $"unknown field '{member.Name}'; {what} may have {allowed}");
        }

        return new MapReader(map, what, findings);
    }

    /// <summary>A member as it is; null without it.</summary>
    public FileNode? Find(string name) => _map.Members.FirstOrDefault(member => member.Name == name)?.Value;

    /// <summary>A text that must be there.</summary>
    public string Required(string name) => Text(name) ?? (Find(name) is null ? Missing(name) : "");

    /// <summary>A text; null without it.</summary>
    public string? Text(string name) => Find(name) is { } node ? Text(node, name) : null;

    /// <summary>One of some words, in any case; null without it.</summary>
    public string? Choice(string name, params string[] words)
    {
        if (Text(name) is not { } text)
            return null;
        string? word = words.FirstOrDefault(one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word is null)
            Wrong(name, $"{name} must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'");
        return word;
    }

    /// <summary>One of some words that must be there.</summary>
    public string RequiredChoice(string name, params string[] words) =>
        Choice(name, words) ?? (Find(name) is null ? Missing(name, $": {string.Join(", ", words)}") : "");

    /// <summary>A whole number; null without it.</summary>
    public int? Number(string name, int min, int max)
    {
        if (Find(name) is not { } node)
            return null;
        if (node is FileText { IsBare: true } text
            && int.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= min && number <= max)
            return number;
        _findings.Add(node.At, string.Create(
            CultureInfo.InvariantCulture, $"{name} must be a whole number from {min} to {max}, not {node.Kind}"));
        return null;
    }

    /// <summary>A whole number that must be there.</summary>
    public int RequiredNumber(string name, int min, int max)
    {
        if (Find(name) is null)
            Missing(name);
        return Number(name, min, max) ?? min;
    }

    /// <summary>The items of a list; null without it.</summary>
    public IReadOnlyList<FileNode>? List(string name)
    {
        if (Find(name) is not { } node)
            return null;
        if (node is FileList list)
            return list.Items;
        _findings.Add(node.At, $"{name} must be a list, not {node.Kind}; [] is one of nothing");
        return null;
    }

    /// <summary>A list of texts; null without it.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        List(name) is { } items ? [.. items.Select(item => Text(item, $"each of {name}") ?? "")] : null;

    /// <summary>Texts by name; null without it.</summary>
    public IReadOnlyDictionary<string, string>? Pairs(string name)
    {
        if (Find(name) is not { } node)
            return null;
        if (node is FileMap map)
            return map.Members.ToDictionary(
                static member => member.Name,
                member => Text(member.Value, $"{name}.{member.Name}") ?? "",
                StringComparer.Ordinal);
        _findings.Add(node.At, $"{name} must be a map of texts, not {node.Kind}");
        return null;
    }

    /// <summary>A finding at a member, or at the map when it is not there.</summary>
    public void Wrong(string name, string message) => _findings.Add(Find(name)?.At ?? At, message);

    private string? Text(FileNode node, string name)
    {
        if (node is FileText { IsNull: false } text)
            return text.Text;
        _findings.Add(node.At, $"{name} must be a text, not {node.Kind}");
        return null;
    }

    private string Missing(string name, string words = "")
    {
        _findings.Add(At, $"{_what} must have {name}{words}");
        return "";
    }
}
