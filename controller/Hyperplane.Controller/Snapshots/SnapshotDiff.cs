using System.Globalization;
using System.Net;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What one snapshot of a cell has that another has not: VIPs, listeners, target groups, targets; and whether
/// nodes may take it all at once.</summary>
/// <remarks>
/// It may go to all nodes at once when no VIP of the first behaves worse with the second: nothing but VIPs, listeners,
/// target groups and targets were added, or nodes of the cell changed (who is in the cell, all must know together).
/// Tombstones and marks do not count. Fields that are not known here count as the message that has them.
/// </remarks>
internal sealed class SnapshotDiff
{
    /// <summary>Lines that are kept; more are counted.</summary>
    public const int MostLines = 1_000;

    private readonly List<SnapshotChange> _lines = [];
    private readonly Dictionary<SnapshotPart, ChangeCounts> _counts = [];

    private SnapshotDiff()
    {
    }

    /// <summary>The first of the changes, in order of kinds and ids.</summary>
    public IReadOnlyList<SnapshotChange> Lines => _lines;

    /// <summary>Whether nobody is worse off: all nodes may take it at once.</summary>
    public bool IsGentle { get; private set; } = true;

    /// <summary>From one to another.</summary>
    public static SnapshotDiff Of(Snapshot before, Snapshot after)
    {
        var diff = new SnapshotDiff();
        diff.Header(before, after);
        diff.Lists(
            SnapshotPart.Vip, before.Vips, after.Vips, static vip => vip.Id,
            static vip => $"{Text(vip.Address)} of {vip.LoadBalancer}", diff.Vips);
        diff.Lists(
            SnapshotPart.TargetGroup, before.TargetGroups, after.TargetGroups, static group => group.Id,
            static group => group.Name, diff.Groups);
        return diff;
    }

    /// <summary>How many there are of each kind; kinds without any are left out.</summary>
    public IReadOnlyList<SnapshotChangeCount> ListCounts() =>
    [
        .. _counts.OrderBy(count => count.Key).Select(count => new SnapshotChangeCount(
            count.Key, count.Value.Added, count.Value.Removed, count.Value.Changed)),
    ];

    private void Header(Snapshot before, Snapshot after)
    {
        Lists(SnapshotPart.Node, before.Nodes, after.Nodes, static node => node.Id, static node => node.Name,
            static (_, _) => true, isGentle: true);
        (Snapshot left, Snapshot right) = (Bare(before), Bare(after));
        if (left.Equals(right))
            return;
        IsGentle = false;
        Add(SnapshotPart.Prefixes, SnapshotChangeKind.Changed, "prefixes of the zone and the cell");
    }

    /// <summary>What remains without lists of their own.</summary>
    private static Snapshot Bare(Snapshot snapshot)
    {
        var bare = new Snapshot
        {
            Zone = snapshot.Zone,
            Cell = snapshot.Cell,
            SnatPrefix = snapshot.SnatPrefix,
            Ipv6SnatPrefix = snapshot.Ipv6SnatPrefix,
        };
        bare.OwnPrefixes.AddRange(snapshot.OwnPrefixes);
        bare.TunnelSourcePrefixes.AddRange(snapshot.TunnelSourcePrefixes);
        foreach (Shard shard in snapshot.Shards)
        {
            Shard block = shard.Clone();
            block.NodeIds.Clear();
            bare.Shards.Add(block);
        }

        return bare;
    }

    private bool Vips(Vip before, Vip after)
    {
        string where = Text(after.Address);
        Lists(
            SnapshotPart.Listener, before.Listeners, after.Listeners, static listener => listener.Id,
            listener => string.Create(
                CultureInfo.InvariantCulture,
                $"{listener.Protocol} {listener.Port} at {where} of {after.LoadBalancer}"),
            static (_, _) => true);
        (Vip left, Vip right) = (before.Clone(), after.Clone());
        left.Listeners.Clear();
        right.Listeners.Clear();
        return !left.Equals(right);
    }

    private bool Groups(TargetGroup before, TargetGroup after)
    {
        Lists(
            SnapshotPart.Target, before.Targets, after.Targets, static target => target.Id,
            target => string.Create(
                CultureInfo.InvariantCulture, $"{Text(target.Address)} {target.Port} of {after.Name}"),
            static (_, _) => true);
        (TargetGroup left, TargetGroup right) = (before.Clone(), after.Clone());
        left.Targets.Clear();
        right.Targets.Clear();
        return !left.Equals(right);
    }

    /// <summary>Compares by id; <paramref name="inside"/> looks into what differs and says whether it differs
    /// itself.</summary>
    private void Lists<T>(
        SnapshotPart part, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, uint> id, Func<T, string> name,
        Func<T, T, bool> inside, bool isGentle = false)
        where T : class
    {
        if (before.Count == 0 && after.Count == 0)
            return;
        var left = new Dictionary<uint, T>(before.Count);
        foreach (T one in before)
            left[id(one)] = one;
        foreach (T one in after)
        {
            if (!left.Remove(id(one), out T? old))
            {
                Add(part, SnapshotChangeKind.Added, name(one));
            }
            else if (!old.Equals(one) && inside(old, one))
            {
                IsGentle &= isGentle;
                Add(part, SnapshotChangeKind.Changed, name(one));
            }
        }

        foreach (T gone in left.Values)
        {
            IsGentle &= isGentle;
            Add(part, SnapshotChangeKind.Removed, name(gone));
        }
    }

    private void Add(SnapshotPart part, SnapshotChangeKind kind, string name)
    {
        ChangeCounts counts = _counts.GetValueOrDefault(part);
        _counts[part] = kind switch
        {
            SnapshotChangeKind.Added => counts with { Added = counts.Added + 1 },
            SnapshotChangeKind.Removed => counts with { Removed = counts.Removed + 1 },
            _ => counts with { Changed = counts.Changed + 1 },
        };
        if (_lines.Count < MostLines)
            _lines.Add(new SnapshotChange(part, kind, name));
    }

    private static string Text(Google.Protobuf.ByteString address) =>
        address.Length is 4 or 16 ? new IPAddress(address.Span).ToString() : "?";
}
