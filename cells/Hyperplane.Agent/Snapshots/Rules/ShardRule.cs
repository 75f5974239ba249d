using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>Shards own disjoint blocks inside the own prefixes and name nodes that exist.</summary>
internal static class ShardRule
{
    /// <summary>Judges all shards; learns them.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.Shards.Count > SnapshotLimits.Shards)
        {
            findings.Add($"{snapshot.Shards.Count} shards, more than {SnapshotLimits.Shards}");
            return;
        }

        foreach (Shard shard in snapshot.Shards)
        {
            CheckNodes(facts, shard);
            if (AddressRange.Read(shard.Block, out AddressRange block) is { } wrong)
            {
                findings.Add($"the block of shard {shard.Index} {wrong}");
                block = new AddressRange(1, 0);
            }
            else
            {
                CheckBlock(facts, shard, block);
            }

            if (!facts.Shards.TryAdd(shard.Index, (shard, block)))
                findings.Add($"shard {shard.Index} appears twice");
        }
    }

    private static void CheckBlock(SnapshotFacts facts, Shard shard, AddressRange block)
    {
        if (!facts.Own.Contains(block))
            facts.Findings.Add($"the block of shard {shard.Index}, {block}, lies in no own prefix");
        if (facts.Snat.Overlaps(block))
            facts.Findings.Add($"the block of shard {shard.Index}, {block}, overlaps the SNAT prefix");
        foreach ((Shard other, AddressRange taken) in facts.Shards.Values.Where(s => s.Block.Overlaps(block)))
            facts.Findings.Add($"the blocks of shards {other.Index} and {shard.Index} overlap ({taken}, {block})");
    }

    private static void CheckNodes(SnapshotFacts facts, Shard shard)
    {
        if (shard.NodeIds.Count > SnapshotLimits.Nodes || shard.NodeIds.Distinct().Count() != shard.NodeIds.Count)
            facts.Findings.Add($"shard {shard.Index} names a node twice");
        foreach (uint id in shard.NodeIds.Where(id => !facts.NodeIds.Contains(id)).Take(1))
            facts.Findings.Add($"shard {shard.Index} names node {id}, which does not exist");
    }
}
