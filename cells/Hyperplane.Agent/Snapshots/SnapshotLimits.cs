namespace Hyperplane.Agent.Snapshots;

/// <summary>The sizes that a snapshot of a cell may not exceed; a larger one is refused whole.</summary>
public static class SnapshotLimits
{
    /// <summary>Serialised, on the wire and on disk: 256 MiB.</summary>
    public const int TotalBytes = 256 * 1024 * 1024;

    /// <summary>Data of one piece: 1 MiB.</summary>
    public const int ChunkBytes = 1024 * 1024;

    /// <summary>Bytes of a SHA-256.</summary>
    public const int HashBytes = 32;

    /// <summary>Nodes of a cell, those leaving and joining included.</summary>
    public const int Nodes = 64;

    /// <summary>Shards of a cell.</summary>
    public const int Shards = 64;

    /// <summary>VIPs of a cell.</summary>
    public const int Vips = 1_048_576;

    /// <summary>VIPs announced alone, each a route in every router.</summary>
    public const int LoneVips = 4_096;

    /// <summary>Listeners of a VIP.</summary>
    public const int ListenersPerVip = 1_000;

    /// <summary>Target groups of a cell.</summary>
    public const int TargetGroups = 1_048_576;

    /// <summary>Tombstones.</summary>
    public const int Tombstones = 1_048_576;

    /// <summary>Characters of a name.</summary>
    public const int NameLength = 255;

    /// <summary>Targets that one node checks; members of several groups count in each.</summary>
    public const int CheckedTargets = 262_144;

    /// <summary>Longest idle timeout: one day.</summary>
    public const uint LongestMs = 86_400_000;
}
