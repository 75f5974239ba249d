using System.Collections.Frozen;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A cell's newest snapshot as agents get it.</summary>
internal sealed class CompiledSnapshot
{
    private const int ChunkBytes = 1024 * 1024;
    private readonly byte[] _data;

    /// <summary>Of a stamped snapshot.</summary>
    /// <param name="frame">The message; VIPs and target groups may be missing.</param>
    /// <param name="data">The whole message's bytes.</param>
    /// <param name="turn">The newest version up to it that was no mere addition to the one before.</param>
    public CompiledSnapshot(Snapshot frame, byte[] data, ulong turn)
    {
        _data = data;
        Version = frame.Version;
        Turn = turn;
        RemovalsVersion = frame.RemovalsVersion;
        Hash = ByteString.CopyFrom(SHA256.HashData(_data));
        NodeIds = frame.Nodes.ToFrozenDictionary(node => node.Name, node => (int)node.Id, StringComparer.Ordinal);
    }

    /// <summary>Its number.</summary>
    public ulong Version { get; }

    /// <summary>The newest version up to this one that was no mere addition: who ran that one may have this one at
    /// once.</summary>
    public ulong Turn { get; }

    /// <summary>Nodes that run an older one may lose any VIP.</summary>
    public ulong RemovalsVersion { get; }

    /// <summary>The serialised message.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>SHA-256 of the serialised message.</summary>
    public ByteString Hash { get; }

    /// <summary>The nodes that are in it, by name.</summary>
    public FrozenDictionary<string, int> NodeIds { get; }

    /// <summary>Its size in bytes.</summary>
    public int TotalBytes => _data.Length;

    /// <summary>The pieces of at most 1 MiB, in order; the data is not copied.</summary>
    public IEnumerable<SnapshotChunk> Chunks()
    {
        for (int offset = 0; offset < _data.Length; offset += ChunkBytes)
        {
            yield return new SnapshotChunk
            {
                Version = Version,
                Hash = Hash,
                TotalBytes = (uint)_data.Length,
                Data = UnsafeByteOperations.UnsafeWrap(
                    _data.AsMemory(offset, Math.Min(ChunkBytes, _data.Length - offset))),
            };
        }
    }
}
