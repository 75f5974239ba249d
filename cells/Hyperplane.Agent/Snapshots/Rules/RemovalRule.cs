using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>A snapshot that loses many VIPs without saying that they were deleted is taken for damaged.</summary>
/// <remarks>Counts what the node serves now and the new snapshot has nowhere, without a tombstone newer than what runs.
/// A VIP that moved to other nodes is not lost. Refused from 5 and more than 20 % on; from the first on when the store
/// fell behind its nodes (<c>keep_vips</c>), where an address that is somebody else's now is lost too. An operator's
/// word (<c>removals_version</c>) excuses all that is gone since an older version.</remarks>
internal static class RemovalRule
{
    private const int Fewest = 5;
    private const int Percent = 20;

    /// <summary>Judges tombstones and what is gone.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.Tombstones.Count > SnapshotLimits.Tombstones)
        {
            findings.Add($"{snapshot.Tombstones.Count} tombstones, more than {SnapshotLimits.Tombstones}");
            return;
        }

        var known = new HashSet<UInt128>();
        foreach (Tombstone tombstone in snapshot.Tombstones)
        {
            if (!WireAddress.TryRead(tombstone.Address, out UInt128 address))
                findings.Add($"a tombstone with an address of {tombstone.Address.Length} bytes, not 4 or 16");
            else if (tombstone.Version == 0 || tombstone.Version > snapshot.Version)
                findings.Add(
                    $"the tombstone of {WireAddress.Text(address)} has version {tombstone.Version},"
                    + $" not 1 to {snapshot.Version}");
            else if (tombstone.Version > (facts.Context.Running?.Version ?? 0))
                known.Add(address);
        }

        if (facts.Context.Running is not { } running || running.Version < snapshot.RemovalsVersion)
            return;
        if (snapshot.KeepVips)
            KeepAll(facts, running, known);
        else
            CheckLost(facts, running, known);
    }

    private static void KeepAll(SnapshotFacts facts, Snapshot running, HashSet<UInt128> excused)
    {
        var owners = new Dictionary<UInt128, string>();
        foreach (Vip vip in facts.Snapshot.Vips)
        {
            if (WireAddress.TryRead(vip.Address, out UInt128 address))
                owners.TryAdd(address, vip.LoadBalancer);
        }

        foreach (Vip vip in running.Vips)
        {
            if (!WireAddress.TryRead(vip.Address, out UInt128 address) || excused.Contains(address))
                continue;
            if (!owners.TryGetValue(address, out string? owner)
                || !string.Equals(owner, vip.LoadBalancer, StringComparison.Ordinal))
                facts.Lost.Add(vip);
        }

        if (facts.Lost.Count > 0)
            facts.Findings.Add(
                $"{facts.Lost.Count} VIPs that run are gone without a tombstone from a store that fell behind");
    }

    private static void CheckLost(SnapshotFacts facts, Snapshot running, HashSet<UInt128> known)
    {
        foreach (Vip vip in facts.Snapshot.Vips)
        {
            if (WireAddress.TryRead(vip.Address, out UInt128 address))
                known.Add(address);
        }

        Node? self =
            running.Nodes.FirstOrDefault(n => string.Equals(n.Name, facts.Context.Node, StringComparison.Ordinal));
        HashSet<uint> shards = self is null
            ? []
            : [.. running.Shards.Where(s => s.NodeIds.Contains(self.Id)).Select(s => s.Index)];
        (int served, int lost) = (0, 0);
        foreach (Vip vip in running.Vips.Where(v => shards.Contains(v.Shard)))
        {
            served++;
            lost += WireAddress.TryRead(vip.Address, out UInt128 address) && known.Contains(address) ? 0 : 1;
        }

        if (lost >= Fewest && lost * 100L > served * (long)Percent)
            facts.Findings.Add(
                $"{lost} of this node's {served} VIPs are gone without a tombstone, more than {Percent} %");
    }
}
