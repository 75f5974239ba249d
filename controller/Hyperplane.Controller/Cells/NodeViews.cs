using System.Text.Json;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Cells;

/// <summary>Nodes with what they report.</summary>
internal sealed class NodeViews(Database database, ControllerOptions options)
{
    /// <summary>How long a removed node's addresses are nobody's.</summary>
    public TimeSpan Quarantine => options.AddressQuarantine;

    /// <summary>Whether the node reported a moment ago.</summary>
    public Task<bool> IsLiveAsync(HyperplaneDb db, int nodeId, CancellationToken cancel)
    {
        DateTimeOffset since = database.Now - options.NodeLiveTime;
        return db.NodeReports.AnyAsync(report => report.NodeId == nodeId && report.ReportedAt > since, cancel);
    }

    /// <summary>One node.</summary>
    public static async Task<Node> OneAsync(HyperplaneDb db, NodeRow node, CancellationToken cancel) =>
        (await AllAsync(db, [node], cancel))[0];

    /// <summary>Nodes of one cell, in the order given.</summary>
    public static async Task<IReadOnlyList<Node>> AllAsync(
        HyperplaneDb db, IReadOnlyList<NodeRow> nodes, CancellationToken cancel)
    {
        if (nodes.Count == 0)
            return [];
        int[] ids = [.. nodes.Select(node => node.Id)];
        string cell = nodes[0].Cell;
        ILookup<int?, NodeAddressRow> addresses =
            (await db.NodeAddresses.AsNoTracking()
                .Where(row => row.NodeId != null && ids.Contains(row.NodeId.Value)).ToListAsync(cancel))
            .ToLookup(row => row.NodeId);
        Dictionary<int, NodeReportRow> reports = await db.NodeReports.AsNoTracking()
            .Where(row => ids.Contains(row.NodeId)).ToDictionaryAsync(row => row.NodeId, cancel);
        long wanted = await db.CellVersions.Where(row => row.Cell == cell).Select(row => row.Version)
            .SingleOrDefaultAsync(cancel);
        return [.. nodes.Select(
            node => View(node, [.. addresses[node.Id]], reports.GetValueOrDefault(node.Id), wanted))];
    }

    private static Node View(NodeRow node, NodeAddressRow[] addresses, NodeReportRow? report, long wanted) => new(
        node.Name,
        node.Cell,
        node.Address.ToString(),
        [.. addresses.Where(row => row.Kind == NodeAddressKind.Snat)
            .Select(row => Ip.From(row.Address)).OrderBy(address => address.Value)
            .Select(address => address.ToString())],
        Probe(addresses, isIpv4: true)!,
        node.Draining,
        (ulong)(report?.RunningVersion ?? 0),
        (ulong)wanted,
        report is not null && report.RefusedVersion > 0 && report.RefusedVersion == wanted ? report.Refusal : null,
        report?.ReportedAt,
        report is null ? [] : JsonSerializer.Deserialize<List<NodePeer>>(report.Peers) ?? [],
        report?.Announced ?? [],
        report is null
            ? new Dictionary<string, ulong>()
            : JsonSerializer.Deserialize<Dictionary<string, ulong>>(report.Counters) ?? [])
    {
        UnservedGroups = report?.UnservedGroups ?? [],
        Ipv6Address = node.Ipv6Address?.ToString(),
        Ipv6ProbeAddress = Probe(addresses, isIpv4: false),
    };

    private static string? Probe(NodeAddressRow[] addresses, bool isIpv4) => addresses
        .SingleOrDefault(row => row.Kind == NodeAddressKind.Probe && Ip.From(row.Address).IsIpv4 == isIpv4)
        ?.Address.ToString();
}
