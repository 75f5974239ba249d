using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Cells;

/// <summary>Zones, cells and nodes in the database. Writes are rare and wait for each other.</summary>
internal sealed class CellStore(Session session, NodeViews views) : ICells
{
    /// <inheritdoc/>
    public Task<Outcome<Zone>> PutZoneAsync(Zone zone, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        ZonePools? pools = ZonePools.Read(zone, errors);
        if (pools is null || errors.Count > 0)
            return Task.FromResult<Outcome<Zone>>(Refuse.All<Zone>(errors));
        return session.WriteAsync<Zone>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                List<ZoneRow> zones = await db.Zones.ToListAsync(cancel);
                ZoneRow? row = zones.Find(one => one.Name == zone.Name);
                bool isGrowing = row is not null && ZonePools.Of(row) == pools with { Ipv6 = null };
                if (row is not null && ZonePools.Of(row) == pools)
                    return new Outcome<Zone>.Done(CellViews.Of(row), Changed: false);
                if (row is not null && !isGrowing)
                    return Refuse.With<Zone>(
                        RefusalKind.Conflict, "name_in_use",
                        $"The zone {zone.Name} exists with other pools, or with room for {row.MaxCells} cells; that "
                        + "cannot be changed, but IPv6 pools added.");
                foreach (ZoneRow other in zones.Where(one => one != row))
                    errors.AddRange(pools.OverlapsWith(other));
                foreach (CellRow cell in await db.Cells.AsNoTracking().ToListAsync(cancel))
                    errors.AddRange(pools.OverlapsWith(cell));
                foreach (AddressPoolRow pool in await db.AddressPools.AsNoTracking().ToListAsync(cancel))
                    errors.AddRange(pools.OverlapsWith(pool));
                if (errors.Count > 0)
                    return Refuse.All<Zone>(errors);
                row = isGrowing ? row! : db.Zones.Add(NewZone(zone.Name, pools)).Entity;
                (row.Ipv6VipPool, row.Ipv6SnatPool, row.Ipv6ProbePool) =
                    (pools.Ipv6?.Vip.ToNetwork(), pools.Ipv6?.Snat.ToNetwork(), pools.Ipv6?.Probe.ToNetwork());
                db.Record(session.Now, null, isGrowing ? "zone.changed" : "zone.created", zone.Name);
                db.Touch(
                    session.Now,
                    await db.Cells.Where(cell => cell.Zone == zone.Name).Select(cell => cell.Name).ToListAsync(cancel));
                return new Outcome<Zone>.Done(CellViews.Of(row), Changed: !isGrowing);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancel) =>
        session.RunAsync<IReadOnlyList<Zone>>(
            null,
            async db =>
                [
                    .. (await db.Zones.AsNoTracking().OrderBy(zone => zone.Name).ToListAsync(cancel))
                        .Select(CellViews.Of),
                ],
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Cell>> PutCellAsync(Cell cell, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.PlaceName(errors, cell.Name, "/name");
        Rules.Between(errors, cell.ShardSize, 1, ShardNodes.MaxSize, "/shardSize");
        CellTunnels tunnels = CellTunnels.Read(cell, errors);
        return session.WriteAsync<Cell>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                var found = new List<FieldError>(errors);
                List<ZoneRow> zones = await db.Zones.AsNoTracking().ToListAsync(cancel);
                List<CellRow> cells = await db.Cells.ToListAsync(cancel);
                CellRow? existing = cells.Find(row => row.Name == cell.Name);
                if (existing is not null && existing.Zone != cell.Zone)
                    return Refuse.With<Cell>(
                        RefusalKind.Conflict, "name_in_use",
                        $"The cell {cell.Name} exists in zone {existing.Zone}; it cannot move.");
                found.AddRange(tunnels.Taken(
                    zones, await db.AddressPools.AsNoTracking().ToListAsync(cancel),
                    cells.Where(row => row != existing), await db.Nodes.AsNoTracking().ToListAsync(cancel)));
                if (existing is not null)
                    return found.Count > 0 ? Refuse.All<Cell>(found) : Change(db, existing, tunnels, cell.ShardSize);
                ZoneRow? zone = zones.Find(row => row.Name == cell.Zone);
                if (zone is null)
                    found.Add(new FieldError("/zone", "unknown_zone", $"There is no zone {Refuse.Quote(cell.Zone)}."));
                if (found.Count > 0 || zone is null)
                    return Refuse.All<Cell>(found);
                int[] given = [.. cells.Where(row => row.Zone == cell.Zone).Select(row => row.Ordinal)];
                int ordinal = Enumerable.Range(0, zone.MaxCells + 1).Except(given).First();
                if (ordinal >= zone.MaxCells || ZonePools.CellPart(zone, ordinal).ShardCount == 0)
                    return Refuse.With<Cell>(
                        RefusalKind.Exhausted,
                        "vip_pool_exhausted",
                        $"The pools of zone {cell.Zone} are split among its {given.Length} cells; no part is left.");
                var made = new CellRow
                {
                    Name = cell.Name,
                    Zone = cell.Zone,
                    Ordinal = ordinal,
                    TunnelSourcePrefix = tunnels.Ipv4?.ToNetwork(),
                    Ipv6TunnelSourcePrefix = tunnels.Ipv6?.ToNetwork(),
                    ShardSize = cell.ShardSize,
                    CreatedAt = session.Now,
                };
                db.Cells.Add(made);
                long counted = await db.RemovedCells.Where(row => row.Name == cell.Name)
                    .Select(row => row.Version).SingleOrDefaultAsync(cancel);
                db.CellVersions.Add(new CellVersionRow { Cell = cell.Name, Version = counted });
                db.Record(session.Now, null, "cell.created", cell.Name);
                db.Touch(session.Now, [cell.Name]);
                return new Outcome<Cell>.Done(CellViews.Of(made), Changed: true);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Cell>> ListCellsAsync(CancellationToken cancel) =>
        session.RunAsync<IReadOnlyList<Cell>>(
            null,
            async db =>
                [
                    .. (await db.Cells.AsNoTracking().OrderBy(cell => cell.Name).ToListAsync(cancel))
                        .Select(CellViews.Of),
                ],
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Cell>> SetCellDrainingAsync(string name, bool draining, CancellationToken cancel) =>
        session.WriteAsync<Cell>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                if (await db.Cells.SingleOrDefaultAsync(row => row.Name == name, cancel) is not { } cell)
                    return Refuse.NotFound<Cell>("cell", name);
                bool changed = cell.Draining != draining;
                if (changed)
                {
                    cell.Draining = draining;
                    db.Record(session.Now, null, draining ? "cell.draining" : "cell.undrained", name);
                }

                return new Outcome<Cell>.Done(CellViews.Of(cell), changed);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Cell>> DeleteCellAsync(string name, CancellationToken cancel) =>
        session.WriteAsync<Cell>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                return await new CellRemoval(db, name, session.Now, cancel).RunAsync();
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Node>> PutNodeAsync(
        string cell, string name, string address, string? ipv6Address, CancellationToken cancel) =>
        session.WriteAsync<Node>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                if (await db.Cells.AsNoTracking().SingleOrDefaultAsync(row => row.Name == cell, cancel) is not { } home)
                    return Refuse.NotFound<Node>("cell", cell);
                var placement = new NodePlacement(db, home, session.Now);
                if (await placement.AdmitAsync(name, address, ipv6Address, cancel) is { } refusal)
                    return refusal;
                NodeRow? row =
                    await db.Nodes.SingleOrDefaultAsync(node => node.Cell == cell && node.Name == name, cancel);
                bool isNew = row is null;
                bool isGrowing = row is { Ipv6Address: null } && ipv6Address is not null;
                if (isNew || isGrowing)
                {
                    row ??= db.Nodes.Add(placement.NewNode(name, address)).Entity;
                    if (await placement.GiveAsync(row, isNew, ipv6Address, cancel) is { } exhausted)
                        return exhausted;
                    db.Record(session.Now, null, isNew ? "node.created" : "node.changed", $"{cell}/{name}");
                    db.Touch(session.Now, [cell]);
                }

                return new Outcome<Node>.Done(await NodeViews.OneAsync(db, row!, cancel), isNew);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Node>>> ListNodesAsync(string cell, CancellationToken cancel) =>
        session.RunAsync<Outcome<IReadOnlyList<Node>>>(
            null,
            async db =>
            {
                if (!await db.Cells.AnyAsync(row => row.Name == cell, cancel))
                    return Refuse.NotFound<IReadOnlyList<Node>>("cell", cell);
                List<NodeRow> nodes = await db.Nodes.AsNoTracking()
                    .Where(node => node.Cell == cell).OrderBy(node => node.Name).ToListAsync(cancel);
                return new Outcome<IReadOnlyList<Node>>.Done(
                    await NodeViews.AllAsync(db, nodes, cancel), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Node>> SetDrainingAsync(string cell, string name, bool draining, CancellationToken cancel) =>
        session.WriteAsync<Node>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                NodeRow? row =
                    await db.Nodes.SingleOrDefaultAsync(node => node.Cell == cell && node.Name == name, cancel);
                if (row is null)
                    return Refuse.NotFound<Node>("node", $"{cell}/{name}");
                bool changed = row.Draining != draining;
                if (changed)
                {
                    row.Draining = draining;
                    db.Record(session.Now, null, draining ? "node.draining" : "node.undrained", $"{cell}/{name}");
                    db.Touch(session.Now, [cell]);
                }

                return new Outcome<Node>.Done(await NodeViews.OneAsync(db, row, cancel), changed);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Node>> DeleteNodeAsync(string cell, string name, CancellationToken cancel) =>
        session.WriteAsync<Node>(
            null,
            async db =>
            {
                await Topology.LockAsync(db, cancel);
                NodeRow? row =
                    await db.Nodes.SingleOrDefaultAsync(node => node.Cell == cell && node.Name == name, cancel);
                if (row is null)
                    return Refuse.NotFound<Node>("node", $"{cell}/{name}");
                if (await views.IsLiveAsync(db, row.Id, cancel))
                    return Refuse.With<Node>(
                        RefusalKind.Conflict, "node_alive",
                        $"The node {cell}/{name} still reports; drain and stop its agent first.");
                Node last = await NodeViews.OneAsync(db, row, cancel);
                await NodePlacement.RemoveAsync(db, row, session.Now + views.Quarantine, cancel);
                await NodeCredentialStore.RevokeAllAsync(db, cell, name, session.Now, cancel);
                db.Record(session.Now, null, "node.deleted", $"{cell}/{name}");
                db.Touch(session.Now, [cell]);
                return new Outcome<Node>.Done(last, Changed: true);
            },
            cancel);

    private Outcome<Cell> Change(HyperplaneDb db, CellRow row, CellTunnels tunnels, int shardSize)
    {
        if (CellTunnels.Of(row) != tunnels || row.ShardSize != shardSize)
        {
            row.ShardSize = shardSize;
            (row.TunnelSourcePrefix, row.Ipv6TunnelSourcePrefix) =
                (tunnels.Ipv4?.ToNetwork(), tunnels.Ipv6?.ToNetwork());
            db.Record(session.Now, null, "cell.changed", row.Name);
            db.Touch(session.Now, [row.Name]);
        }

        return new Outcome<Cell>.Done(CellViews.Of(row), Changed: false);
    }

    private ZoneRow NewZone(string name, ZonePools pools) => new()
    {
        Name = name,
        VipPool = pools.Ipv4.Vip.ToNetwork(),
        SnatPool = pools.Ipv4.Snat.ToNetwork(),
        ProbePool = pools.Ipv4.Probe.ToNetwork(),
        MaxCells = pools.MaxCells,
        CreatedAt = session.Now,
    };
}
