using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Stats;

/// <summary>What the nodes of some cells counted at some listeners, targets and VIPs.</summary>
/// <remarks>Nodes' rows hold all tenants' numbers: they are read as the system, and only what was asked for is
/// kept.</remarks>
internal sealed class NodeCounts
{
    private readonly Dictionary<(long Owner, string Cell), TrafficSum> _counts = [];
    private readonly SortedDictionary<string, (string Zone, int Live)> _cells = new(StringComparer.Ordinal);

    private NodeCounts()
    {
    }

    /// <summary>Reads it.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="cells">Whose nodes.</param>
    /// <param name="wanted">Keys of <see cref="CountRows.OfListener"/>, <see cref="CountRows.OfTarget"/> and <see
    /// cref="CountRows.OfVip"/>.</param>
    /// <param name="liveTime">A node that reported within it lives.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<NodeCounts> ReadAsync(
        Database database, string[] cells, HashSet<long> wanted, TimeSpan liveTime, CancellationToken cancel) =>
        database.RunAsync(
            null,
            async db =>
            {
                DateTimeOffset liveSince = database.Now - liveTime;
                var nodes = await (
                    from node in db.Nodes.AsNoTracking()
                    join cell in db.Cells on node.Cell equals cell.Name
                    join counted in db.NodeCounters on node.Id equals counted.NodeId
                    join report in db.NodeReports on node.Id equals report.NodeId
                    where cells.Contains(node.Cell)
                    orderby node.Id
                    select new
                    {
                        node.Cell, cell.Zone, counted.Counts, counted.Before, IsLive = report.ReportedAt > liveSince,
                    })
                    .ToListAsync(cancel);
                var all = new NodeCounts();
                foreach (var node in nodes)
                {
                    int live = all._cells.TryGetValue(node.Cell, out (string, int Live) before) ? before.Live : 0;
                    all._cells[node.Cell] = (node.Zone, live + (node.IsLive ? 1 : 0));
                    all.Add(node.Cell, node.Before, node.IsLive, wanted);
                    all.Add(node.Cell, node.Counts, node.IsLive, wanted);
                }

                return all;
            },
            cancel);

    /// <summary>The sum over some of what was asked for.</summary>
    public TrafficSum Sum(IReadOnlyCollection<string> cells, params IEnumerable<long> owners)
    {
        var sum = new TrafficSum();
        foreach (long owner in owners)
        {
            foreach (string cell in cells)
            {
                if (_counts.TryGetValue((owner, cell), out TrafficSum? one))
                    sum.Add(one);
            }
        }

        return sum;
    }

    /// <summary>The same by zone.</summary>
    public IReadOnlyList<ZoneStats> Zones(IReadOnlyCollection<string> cells, IReadOnlyCollection<long> owners) =>
    [
        .. _cells.Where(cell => cells.Contains(cell.Key)).GroupBy(cell => cell.Value.Zone, StringComparer.Ordinal)
            .OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .Select(zone =>
            {
                TrafficSum sum = Sum([.. zone.Select(cell => cell.Key)], owners);
                return new ZoneStats(zone.Key, zone.Sum(cell => cell.Value.Live), sum.Flows, sum.Drops);
            }),
    ];

    private void Add(string cell, byte[] rows, bool isLive, HashSet<long> wanted)
    {
        foreach ((long key, FlowCount count) in CountRows.Read(rows))
        {
            long owner = CountRows.Owner(key);
            if (!wanted.Contains(owner))
                continue;
            if (!_counts.TryGetValue((owner, cell), out TrafficSum? sum))
                _counts[(owner, cell)] = sum = new TrafficSum();
            // Only kind 0 has active flows, and the others nothing in their place.
            CountRows.Add(key, isLive ? count : count with { ActiveFlows = 0 }, sum);
        }
    }
}
