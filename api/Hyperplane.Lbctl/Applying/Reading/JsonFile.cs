using System.Text;
using System.Text.Json;

namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>Reads the values of a JSON file, one after the other.</summary>
internal ref struct JsonFile
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private int _values;
    private int _line = 1;
    private int _lineStart;
    private int _seen;

    private JsonFile(string file, ReadOnlySpan<byte> bytes)
    {
        _file = file;
        _bytes = bytes;
        _reader = new Utf8JsonReader(
            bytes,
            new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = FileLimits.MaxDepth });
    }

    /// <summary>Its documents; throws <see cref="FileFault"/>.</summary>
    public static IReadOnlyList<FileNode> Read(string file, ReadOnlySpan<byte> bytes)
    {
        var reader = new JsonFile(file, bytes);
        try
        {
            var documents = new List<FileNode>();
            while (reader._reader.Read())
                documents.Add(reader.Node());
            return documents;
        }
        catch (JsonException wrong)
        {
            string message = wrong.Message.Split(" LineNumber:")[0];
            throw new FileFault(
                new Place(file, (int)(wrong.LineNumber ?? 0) + 1, (int)(wrong.BytePositionInLine ?? 0) + 1),
                $"this is no JSON: {message}");
        }
        catch (InvalidOperationException)
        {
            throw new FileFault(reader.At(), "this text is no Unicode");
        }
    }

    private FileNode Node()
    {
        Place at = At();
        if (++_values > FileLimits.MaxValues)
            throw new FileFault(at, $"a file may have {FileLimits.MaxValues} values");
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(at),
            JsonTokenType.StartArray => List(at),
            JsonTokenType.String => new FileText(at, _reader.GetString()!, IsBare: false),
            _ => new FileText(at, Encoding.UTF8.GetString(_reader.ValueSpan), IsBare: true),
        };
    }

    private FileList List(Place at)
    {
        var items = new List<FileNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            items.Add(Node());
        return new FileList(at, items, 1 + items.Sum(static item => item.Size));
    }

    private FileMap Map(Place at)
    {
        var members = new List<FileMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            Place named = At();
            string name = _reader.GetString()!;
            if (!names.Add(name))
                throw new FileFault(named, $"'{name}' is there twice");
            _reader.Read();
            members.Add(new FileMember(named, name, Node()));
        }

        return new FileMap(at, members, 1 + members.Sum(static member => member.Value.Size));
    }

    /// <summary>Where the token begins; columns count bytes.</summary>
    private Place At()
    {
        int start = (int)_reader.TokenStartIndex;
        for (; _seen < start; _seen++)
        {
            if (_bytes[_seen] == '\n')
                (_line, _lineStart) = (_line + 1, _seen + 1);
        }

        return new Place(_file, _line, start - _lineStart + 1);
    }
}
