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

    /// <summary>Null when the node may be put as asked; the same node again may, and one that gets an IPv6
    /// address.</summary>
    public async Task<Outcome<Node>?> AdmitAsync(
        string name, string address, string? ipv6Address, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.PlaceName(errors, name, "/name");
        List<ZoneRow> zones = await db.Zones.AsNoTracking().ToListAsync(cancel);
        List<ZonePools> pools = [.. zones.Select(ZonePools.Of)];
        List<CellTunnels> tunnels = [.. (await db.Cells.AsNoTracking().ToListAsync(cancel)).Select(CellTunnels.Of)];
        List<IPNetwork> others = await db.AddressPools.Select(pool => pool.Prefix).ToListAsync(cancel);
        bool IsTaken(Ip ip) => pools.Exists(one => one.Contains(ip)) || tunnels.Exists(one => one.Contains(ip))
            || others.Exists(one => IpPrefix.FromNetwork(one).Contains(ip));
        Ip? wanted = ReadAddress(address, isIpv4: true, "/address", IsTaken, errors);
        Ip? wanted6 =
            ipv6Address is null ? null : ReadAddress(ipv6Address, isIpv4: false, "/ipv6Address", IsTaken, errors);
        NodeRow? same = await db.Nodes.AsNoTracking()
            .SingleOrDefaultAsync(node => node.Cell == cell.Name && node.Name == name, cancel);
        bool hasIpv6 = zones.Exists(zone => zone.Name == cell.Zone && zone.Ipv6VipPool is not null);
        if (hasIpv6 && ipv6Address is null && same is null)
            errors.Add(Rules.Invalid(
                "/ipv6Address", $"Zone {cell.Zone} has IPv6 pools: its nodes have an IPv6 address as well."));
        if (!hasIpv6 && ipv6Address is not null)
            errors.Add(new FieldError("/ipv6Address", "no_ipv6", $"Zone {cell.Zone} has no IPv6 pools."));
        if (errors.Count > 0)
            return Refuse.All<Node>(errors);
        return await AdmitAsync(name, wanted!.Value.ToIPAddress(), wanted6?.ToIPAddress(), same, cancel);
    }

    /// <summary>A node without addresses of the pools.</summary>
    public NodeRow NewNode(string name, string address) =>
        new() { Cell = cell.Name, Name = name, Address = IPAddress.Parse(address), CreatedAt = now };

    /// <summary>Gives a new node its addresses, and one with an IPv6 address those of that family; null, or which pool
    /// has none left.</summary>
    public async Task<Outcome<Node>?> GiveAsync(
        NodeRow node, bool isNew, string? ipv6Address, CancellationToken cancel)
    {
        ZonePools pools = ZonePools.Of(await db.Zones.AsNoTracking().SingleAsync(row => row.Name == cell.Zone, cancel));
        CellPools part = pools.CellPart(cell.Ordinal);
        await db.NodeAddresses.Where(row => row.FreeAt <= now).ExecuteDeleteAsync(cancel);
        List<IPAddress> given = await db.NodeAddresses.AsNoTracking().Select(row => row.Address).ToListAsync(cancel);
        HashSet<Ip> taken = [.. given.Select(Ip.From)];
        var addresses = new List<(Ip Address, NodeAddressKind Kind)>();
        if (isNew && Take(part.Snat, pools.Ipv4.Probe, taken, addresses) is { } exhausted)
            return exhausted;
        if (ipv6Address is not null)
        {
            node.Ipv6Address = IPAddress.Parse(ipv6Address);
            if (Take(part.Ipv6Snat!.Value, pools.Ipv6!.Probe, taken, addresses) is { } exhausted6)
                return exhausted6;
        }

        await db.SaveChangesAsync(cancel);
        db.NodeAddresses.AddRange(addresses.Select(one => new NodeAddressRow
        {
            Address = one.Address.ToIPAddress(),
            Kind = one.Kind,
            Cell = cell.Name,
            NodeId = node.Id,
        }));
        await db.SaveChangesAsync(cancel);
        return null;
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

    private static Ip? ReadAddress(
        string text, bool isIpv4, string pointer, Predicate<Ip> isTaken, List<FieldError> errors)
    {
        if (!Ip.TryParse(text, out Ip address) || !address.IsHost || address.IsIpv4 != isIpv4)
            errors.Add(Rules.Invalid(pointer, $"An IPv{(isIpv4 ? 4 : 6)} address of a host is allowed."));
        else if (isTaken(address))
            errors.Add(Rules.Invalid(
                pointer, "An address of a pool, or of a cell's tunnel sources, cannot be a node's own."));
        return address;
    }

    private static Outcome<Node>? Take(
        IpPrefix snatPool, IpPrefix probePool, HashSet<Ip> taken, List<(Ip, NodeAddressKind)> addresses)
    {
        Ip[] snat = [.. Free(snatPool.First, snatPool.Last, taken).Take(SnatAddressesPerNode)];
        Ip[] probe =
            [.. Free(new Ip(probePool.First.Value + 1), new Ip(probePool.Last.Value - 1), taken).Take(1)];
        if (snat.Length < SnatAddressesPerNode)
            return Exhausted(
                "snat_pool_exhausted",
                $"The cell's part {snatPool} of the SNAT pool has no {SnatAddressesPerNode} addresses left.");
        if (probe.Length < 1)
            return Exhausted("probe_pool_exhausted", $"The probe pool {probePool} has no address left.");
        addresses.AddRange(snat.Select(address => (address, NodeAddressKind.Snat)));
        addresses.Add((probe[0], NodeAddressKind.Probe));
        return null;
    }

    private static IEnumerable<Ip> Free(Ip first, Ip last, HashSet<Ip> taken)
    {
        for (UInt128 address = first.Value; address <= last.Value; address++)
        {
            if (!taken.Contains(new Ip(address)))
                yield return new Ip(address);
        }
    }

    private async Task<Outcome<Node>?> AdmitAsync(
        string name, IPAddress wanted, IPAddress? wanted6, NodeRow? same, CancellationToken cancel)
    {
        if (same is not null && (!same.Address.Equals(wanted)
            || (wanted6 is not null && same.Ipv6Address is not null && !same.Ipv6Address.Equals(wanted6))))
            return Refuse.With<Node>(
                RefusalKind.Conflict, "name_in_use",
                $"The node {cell.Name}/{name} exists with address {same.Address}"
                + $"{(same.Ipv6Address is null ? "" : $" and {same.Ipv6Address}")}; it cannot be changed.");
        IQueryable<NodeRow> others = db.Nodes.Where(node => node.Cell != cell.Name || node.Name != name);
        if (await others.AnyAsync(node => node.Address.Equals(wanted), cancel))
            return Refuse.All<Node>([new FieldError("/address", "address_in_use", "Another node has this address.")]);
        if (wanted6 is not null && await others.AnyAsync(node => node.Ipv6Address!.Equals(wanted6), cancel))
            return Refuse.All<Node>(
                [new FieldError("/ipv6Address", "address_in_use", "Another node has this address.")]);
        return same is null && await db.Nodes.CountAsync(node => node.Cell == cell.Name, cancel) >= MaxNodes
            ? Refuse.With<Node>(RefusalKind.Conflict, "resource_in_use",
                $"The cell {cell.Name} has {MaxNodes} nodes, the most a cell can have.")
            : null;
    }

    private static Outcome<Node>.Refused Exhausted(string code, string detail) =>
        Refuse.With<Node>(RefusalKind.Exhausted, code, detail);
}
