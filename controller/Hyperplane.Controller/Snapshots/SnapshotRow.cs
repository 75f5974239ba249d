using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A version that was made of a cell.</summary>
[Table("cell_snapshots")]
internal sealed class SnapshotRow
{
    public required string Cell { get; init; }

    public long Version { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>SHA-256 of the serialised message.</summary>
    public required byte[] Hash { get; init; }

    public int TotalBytes { get; init; }

    /// <summary>The newest version up to this one that was no mere addition to the one before.</summary>
    public long Turn { get; init; }

    /// <summary>JSON array: how many of what it has more, less and different than the one before.</summary>
    public required string Changes { get; init; }

    /// <summary>The version that it repeats; null when it is what tenants want.</summary>
    public long? PinnedVersion { get; init; }

    /// <summary>The message, compressed with Brotli; null when it is no longer kept.</summary>
    public byte[]? Body { get; init; }
}
