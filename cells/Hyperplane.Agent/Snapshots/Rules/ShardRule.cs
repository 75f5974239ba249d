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
            var learned = new ShardFacts(
                shard,
                ReadBlock(facts, shard, shard.Block, $"the block of shard {shard.Index}"),
                shard.Ipv6Block is null
                    ? ShardFacts.None
                    : ReadBlock(facts, shard, shard.Ipv6Block, $"the IPv6 block of shard {shard.Index}"));
            if (!facts.Shards.TryAdd(shard.Index, learned))
                findings.Add($"shard {shard.Index} appears twice");
        }
    }

    private static AddressRange ReadBlock(SnapshotFacts facts, Shard shard, Prefix? prefix, string what)
    {
        if (AddressRange.Read(prefix, out AddressRange block) is { } wrong)
        {
            facts.Findings.Add($"{what} {wrong}");
            return ShardFacts.None;
        }

        if (!facts.Own.Contains(block))
            facts.Findings.Add($"{what}, {block}, lies in no own prefix");
        if (facts.Snat.Overlaps(block))
            facts.Findings.Add($"{what}, {block}, overlaps the SNAT prefix");
        foreach (ShardFacts other in facts.Shards.Values.Where(
            known => known.Block.Overlaps(block) || known.Ipv6Block.Overlaps(block)))
            facts.Findings.Add($"the blocks of shards {other.Shard.Index} and {shard.Index} overlap ({block})");
        return block;
    }

    private static void CheckNodes(SnapshotFacts facts, Shard shard)
    {
        if (shard.NodeIds.Count > SnapshotLimits.Nodes || shard.NodeIds.Distinct().Count() != shard.NodeIds.Count)
            facts.Findings.Add($"shard {shard.Index} names a node twice");
        foreach (uint id in shard.NodeIds.Where(id => !facts.NodeIds.Contains(id)).Take(1))
            facts.Findings.Add($"shard {shard.Index} names node {id}, which does not exist");
    }
}
