using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Cells;

/// <summary>Admits a node to a cell and gives it its addresses; used under the topology lock.</summary>
/// <remarks>SNAT addresses are all of the cell's part of the pool, its first and last too; probe addresses leave those
/// out.</remarks>
internal sealed class NodePlacement(HyperplaneDb db, CellRow cell, DateTimeOffset now)
{
    private const int MaxNodes = 16;
    private const int SnatAddressesPerNode = 4;

    /// <summary>Null when the node may be put as asked; the same node again may.</summary>
    public async Task<Outcome<Node>?> AdmitAsync(string name, string address, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.PlaceName(errors, name, "/name");
        List<ZonePools> zones = [.. (await db.Zones.AsNoTracking().ToListAsync(cancel)).Select(ZonePools.Of)];
        if (!Ipv4.TryParse(address, out uint number) || !Ipv4.IsHost(number))
            errors.Add(Rules.Invalid("/address", "An IPv4 address of a host is allowed."));
        else if (zones.Exists(pools => pools.Contains(number)))
            errors.Add(Rules.Invalid("/address", "An address of a VIP, SNAT or probe pool cannot be a node's own."));
        if (errors.Count > 0)
            return Refuse.All<Node>(errors);
        IPAddress wanted = Ipv4.ToIp(number);
        NodeRow? same = await db.Nodes.AsNoTracking()
            .SingleOrDefaultAsync(node => node.Cell == cell.Name && node.Name == name, cancel);
        if (same is not null)
            return same.Address.Equals(wanted)
                ? null
                : Refuse.With<Node>(
                    RefusalKind.Conflict, "name_in_use",
                    $"The node {cell.Name}/{name} exists with address {same.Address}; it cannot be changed.");
        if (await db.Nodes.AnyAsync(node => node.Address.Equals(wanted), cancel))
            return Refuse.All<Node>([new FieldError("/address", "address_in_use", "Another node has this address.")]);
        return await db.Nodes.CountAsync(node => node.Cell == cell.Name, cancel) >= MaxNodes
            ? Refuse.With<Node>(RefusalKind.Conflict, "resource_in_use",
                $"The cell {cell.Name} has {MaxNodes} nodes, the most a cell can have.")
            : null;
    }

    /// <summary>Adds the node with its addresses, or says which pool has none left.</summary>
    public async Task<(NodeRow? Row, Outcome<Node>? Exhausted)> AddAsync(
        string name, string address, CancellationToken cancel)
    {
        ZoneRow zone = await db.Zones.AsNoTracking().SingleAsync(row => row.Name == cell.Zone, cancel);
        await db.NodeAddresses.Where(row => row.FreeAt <= now).ExecuteDeleteAsync(cancel);
        List<IPAddress> given = await db.NodeAddresses.AsNoTracking().Select(row => row.Address).ToListAsync(cancel);
        HashSet<uint> taken = [.. given.Select(Ipv4.FromIp)];
        Ipv4Prefix snatPool = ZonePools.CellPart(zone, cell.Ordinal).Snat;
        Ipv4Prefix probePool = ZonePools.Of(zone).Probe;
        uint[] snat = [.. Free(snatPool.First, snatPool.Last, taken).Take(SnatAddressesPerNode)];
        uint[] probe = [.. Free(probePool.First + 1, probePool.Last - 1, taken).Take(1)];
        if (snat.Length < SnatAddressesPerNode)
            return (null, Exhausted(
                "snat_pool_exhausted",
                $"The cell's part {snatPool} of the SNAT pool has no {SnatAddressesPerNode} addresses left."));
        if (probe.Length < 1)
            return (null, Exhausted("probe_pool_exhausted", $"The probe pool {probePool} has no address left."));
        var node = new NodeRow { Cell = cell.Name, Name = name, Address = IPAddress.Parse(address), CreatedAt = now };
        db.Nodes.Add(node);
        await db.SaveChangesAsync(cancel);
        foreach (uint number in snat)
            db.NodeAddresses.Add(AddressOf(node, number, NodeAddressKind.Snat));
        db.NodeAddresses.Add(AddressOf(node, probe[0], NodeAddressKind.Probe));
        await db.SaveChangesAsync(cancel);
        return (node, null);
    }

    /// <summary>Removes a node; its addresses are nobody's until <paramref name="freeAt"/>.</summary>
    public static async Task RemoveAsync(HyperplaneDb db, NodeRow node, DateTimeOffset freeAt, CancellationToken cancel)
    {
        await db.NodeAddresses.Where(row => row.NodeId == node.Id)
            .ExecuteUpdateAsync(
                update => update.SetProperty(row => row.FreeAt, freeAt).SetProperty(row => row.NodeId, (int?)null),
                cancel);
        db.Nodes.Remove(node);
    }

    private NodeAddressRow AddressOf(NodeRow node, uint number, NodeAddressKind kind) =>
        new() { Address = Ipv4.ToIp(number), Kind = kind, Cell = cell.Name, NodeId = node.Id };

    private static IEnumerable<uint> Free(uint first, uint last, HashSet<uint> taken)
    {
        for (long address = first; address <= last; address++)
        {
            if (!taken.Contains((uint)address))
                yield return (uint)address;
        }
    }

    private static Outcome<Node>.Refused Exhausted(string code, string detail) =>
        Refuse.With<Node>(RefusalKind.Exhausted, code, detail);
}
