using System.Collections;

namespace Hyperplane.Rpc;

/// <summary>Headers or trailers of a call, in order; names may repeat.</summary>
/// <remarks>Names are lower case; one that ends in <c>-bin</c> has bytes for a value (base64 on the wire).</remarks>
public sealed partial class Metadata : IEnumerable<Metadata.Entry>
{
    /// <summary>The ending of names whose values are bytes.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries; cannot be added to.</summary>
    public static readonly Metadata Empty = new() { _readOnly = true };

    private readonly List<Entry> _entries = [];
    private bool _readOnly;

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The entry at a position.</summary>
    public Entry this[int index] => _entries[index];

    /// <summary>Adds one entry; throws on <see cref="Empty"/> and on metadata that was received.</summary>
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (_readOnly)
            throw new InvalidOperationException("this metadata is read-only");
        _entries.Add(item);
    }

    /// <summary>Adds text: printable ASCII.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds bytes; the name must end in <c>-bin</c>.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>The last entry of this name, or null.</summary>
    public Entry? Get(string key) =>
        _entries.FindLast(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text of the last entry of this name, or null; throws when the value is bytes.</summary>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry of this name, or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries of this name, in order.</summary>
    public IEnumerable<Entry> GetAll(string key) =>
        _entries.Where(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Forbids further additions.</summary>
    internal Metadata Freeze()
    {
        _readOnly = true;
        return this;
    }
}
