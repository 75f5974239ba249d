using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Reads the documents of a YAML file. Anchors and aliases are followed; tags and merge keys are not
/// known.</summary>
internal sealed class YamlFile
{
    private readonly string _file;
    private readonly Parser _parser;
    private readonly Dictionary<string, FileNode> _anchors = new(StringComparer.Ordinal);
    private int _values;

    private YamlFile(string file, string text) => (_file, _parser) = (file, new Parser(new StringReader(text)));

    /// <summary>Its documents, empty ones left out; throws <see cref="FileFault"/>.</summary>
    public static IReadOnlyList<FileNode> Read(string file, string text)
    {
        var reader = new YamlFile(file, text);
        try
        {
            return reader.Documents();
        }
        catch (YamlException wrong)
        {
            throw new FileFault(reader.At(wrong.Start), $"this is no YAML: {wrong.Message}");
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or FormatException
            or OverflowException or IndexOutOfRangeException)
        {
            throw new FileFault(
                reader.At(reader._parser.Current?.End ?? Mark.Empty), $"this is no YAML: {wrong.Message}");
        }
    }

    private List<FileNode> Documents()
    {
        var documents = new List<FileNode>();
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart)
                continue;
            _anchors.Clear();
            _parser.MoveNext();
            FileNode root = Node(0);
            if (root is not FileText { IsNull: true })
                documents.Add(root);
        }

        return documents;
    }

    /// <summary>The value that the parser stands at.</summary>
    private FileNode Node(int depth)
    {
        ParsingEvent current = _parser.Current!;
        Place at = At(current.Start);
        if (depth > FileLimits.MaxDepth)
            throw new FileFault(at, $"lists and maps may be {FileLimits.MaxDepth} deep");
        if (current is AnchorAlias alias)
            return Repeat(at, alias.Value.Value);
        Count(at, 1);
        var known = (NodeEvent)current;
        if (!known.Tag.IsEmpty && !known.Tag.IsNonSpecific)
            throw new FileFault(at, $"tags such as {known.Tag.Value} are not known here; leave it out");
        FileNode node = current switch
        {
            Scalar scalar => new FileText(at, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => List(at, depth),
            _ => Map(at, depth),
        };
        if (!known.Anchor.IsEmpty)
            _anchors[known.Anchor.Value] = node;
        return node;
    }

    private FileNode Repeat(Place at, string name)
    {
        if (!_anchors.TryGetValue(name, out FileNode? node))
            throw new FileFault(at, $"*{name} names no value that ends before this place");
        Count(at, node.Size);
        return node;
    }

    private FileList List(Place at, int depth)
    {
        var items = new List<FileNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
            items.Add(Node(depth + 1));
        return new FileList(at, items, 1 + items.Sum(static item => item.Size));
    }

    private FileMap Map(Place at, int depth)
    {
        var members = new List<FileMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            if (Node(depth + 1) is not FileText name)
                throw new FileFault(At(_parser.Current!.Start), "a member's name must be a text");
            if (!names.Add(name.Text))
                throw new FileFault(name.At, $"'{name.Text}' is there twice");
            _parser.MoveNext();
            members.Add(new FileMember(name.At, name.Text, Node(depth + 1)));
        }

        return new FileMap(at, members, 1 + members.Sum(static member => member.Value.Size));
    }

    private void Count(Place at, int values)
    {
        _values += values;
        if (_values > FileLimits.MaxValues)
            throw new FileFault(
                at, $"a file may have {FileLimits.MaxValues} values, those that aliases repeat counted");
    }

    private Place At(Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
