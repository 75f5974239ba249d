using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>What one rule learned that the next ones need.</summary>
/// <param name="snapshot">The snapshot under judgement.</param>
/// <param name="context">What it is judged against.</param>
internal sealed class SnapshotFacts(Snapshot snapshot, SnapshotContext context)
{
    /// <summary>The snapshot under judgement.</summary>
    public Snapshot Snapshot { get; } = snapshot;

    /// <summary>What it is judged against.</summary>
    public SnapshotContext Context { get; } = context;

    /// <summary>What is wrong so far.</summary>
    public Findings Findings { get; } = new();

    /// <summary>The dataplane's own destinations.</summary>
    public AddressRanges Own { get; set; } = new([]);

    /// <summary>The covering prefixes of the source addresses.</summary>
    public AddressRanges Snat { get; set; } = new([]);

    /// <summary>Ids of all nodes.</summary>
    public HashSet<uint> NodeIds { get; } = [];

    /// <summary>This node.</summary>
    public Node? Self { get; set; }

    /// <summary>Shards by index, with their blocks.</summary>
    public Dictionary<uint, ShardFacts> Shards { get; } = [];

    /// <summary>Ids of all target groups.</summary>
    public HashSet<uint> GroupIds { get; } = [];

    /// <summary>VIPs that run, that a store which fell behind does not know, and that are kept for it.</summary>
    public List<Vip> Lost { get; } = [];

    /// <summary>Whether this node serves a shard.</summary>
    public bool Serves(uint shard) =>
        Self is { } self && Shards.TryGetValue(shard, out ShardFacts? found)
            && found.Shard.NodeIds.Contains(self.Id);
}
