using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Cells;

/// <summary>Removes a cell that is empty; used under the topology lock.</summary>
/// <remarks>Its row is locked first: whoever places something in it meanwhile waits, and then looks for another
/// cell.</remarks>
internal sealed class CellRemoval(HyperplaneDb db, string name, DateTimeOffset now, CancellationToken cancel)
{
    /// <summary>The refusal to remove what is not empty, or the cell as it was.</summary>
    public async Task<Outcome<Cell>> RunAsync()
    {
        CellRow? row = (await db.Cells.FromSql($"select * from cells where name = {name} for update")
            .ToListAsync(cancel)).FirstOrDefault();
        if (row is null)
            return Refuse.NotFound<Cell>("cell", name);
        if (await WhatIsThereAsync() is { Length: > 0 } there)
            return Refuse.With<Cell>(
                RefusalKind.Conflict, "resource_in_use",
                $"The cell {name} is not empty: it has {there}. A drained cell gets nothing new.");
        await ForgetAddressesAsync();
        long version = await db.CellVersions.Where(one => one.Cell == name).Select(one => one.Version)
            .SingleAsync(cancel);
        if (await db.RemovedCells.FindAsync([name], cancel) is { } before)
            before.Version = version;
        else
            db.RemovedCells.Add(new RemovedCellRow { Name = name, Version = version });
        db.Cells.Remove(row);
        db.Record(now, null, "cell.deleted", name);
        db.Touch(now, [name]);
        return new Outcome<Cell>.Done(CellViews.Of(row), Changed: true);
    }

    private async Task<string> WhatIsThereAsync()
    {
        int nodes = await db.Nodes.CountAsync(node => node.Cell == name, cancel);
        int loadBalancers = await db.LoadBalancerZones.CountAsync(zone => zone.Cell == name, cancel);
        DateTimeOffset?[] rests =
        [
            .. await db.VipAddresses.Where(vip => vip.Cell == name && vip.FreeAt > now)
                .Select(vip => vip.FreeAt).ToListAsync(cancel),
            .. await db.NodeAddresses.Where(row => row.Cell == name && row.FreeAt > now)
                .Select(row => row.FreeAt).ToListAsync(cancel),
        ];
        int kept = await db.VipAddresses.CountAsync(vip => vip.Cell == name && vip.FreeAt == null, cancel);
        var parts = new List<string>();
        if (nodes > 0)
            parts.Add($"{nodes} nodes");
        if (loadBalancers > 0)
            parts.Add($"{loadBalancers} load balancers");
        else if (kept > 0)
            parts.Add($"{kept} addresses that are kept since the store was restored");
        if (rests.Length > 0)
            parts.Add($"{rests.Length} addresses that rest until {rests.Max():u}");
        return string.Join(", ", parts);
    }

    /// <summary>Ends the quarantines that are over; elastic IPs stay their tenants'.</summary>
    private async Task ForgetAddressesAsync()
    {
        await db.NodeAddresses.Where(row => row.Cell == name).ExecuteDeleteAsync(cancel);
        await db.VipAddresses.Where(vip => vip.Cell == name && !vip.Held).ExecuteDeleteAsync(cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            update vip_addresses set cell = null, free_at = null, gone_in_version = null, announce_alone = false
            where cell = {name}
            """,
            cancel);
    }
}
