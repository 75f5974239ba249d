using System.Security.Cryptography;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Puts the pieces of one answer together and proves the whole by its hash.</summary>
/// <remarks>Memory grows with what arrived, not with what was promised.</remarks>
internal sealed class SnapshotAssembler : IDisposable
{
    private readonly MemoryStream _body = new();
    private SnapshotChunk? _first;

    /// <summary>Whether no piece came: nothing has changed.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Takes the next piece; null, or why the answer cannot be right.</summary>
    public string? Add(SnapshotChunk chunk)
    {
        if (_first is null)
        {
            if (chunk.Hash.Length != SnapshotLimits.HashBytes)
                return $"the hash has {chunk.Hash.Length} bytes, not {SnapshotLimits.HashBytes}";
            if (chunk.TotalBytes > SnapshotLimits.TotalBytes)
                return $"{chunk.TotalBytes} bytes are more than the limit of {SnapshotLimits.TotalBytes}";
            _first = chunk;
        }
        else if (chunk.Version != _first.Version || chunk.TotalBytes != _first.TotalBytes
            || !chunk.Hash.Equals(_first.Hash))
        {
            return "pieces of two snapshots in one answer";
        }

        if (chunk.Data.Length is 0 or > SnapshotLimits.ChunkBytes)
            return $"a piece of {chunk.Data.Length} bytes, not 1 to {SnapshotLimits.ChunkBytes}";
        if (_body.Length + chunk.Data.Length > _first.TotalBytes)
            return $"more than the {_first.TotalBytes} bytes it announced";
        _body.Write(chunk.Data.Span);
        return null;
    }

    /// <summary>The whole, or why it is not one.</summary>
    public (SnapshotBody? Body, string? Error) Finish()
    {
        if (_first is null)
            return (null, "no pieces");
        if (_body.Length != _first.TotalBytes)
            return (null, $"{_body.Length} of {_first.TotalBytes} bytes arrived");
        byte[] bytes = _body.ToArray();
        byte[] hash = SHA256.HashData(bytes);
        return _first.Hash.Span.SequenceEqual(hash)
            ? (new SnapshotBody(_first.Version, hash, bytes), null)
            : (null, $"hash {Convert.ToHexStringLower(hash)} instead of {Convert.ToHexStringLower(_first.Hash.Span)}");
    }

    /// <inheritdoc/>
    public void Dispose() => _body.Dispose();
}
