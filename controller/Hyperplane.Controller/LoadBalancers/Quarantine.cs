using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Where the quarantines of VIPs end, and nowhere else: an address is free when it has no row.</summary>
/// <remarks>None ends before a version without the VIP was made, nor in a cell that is pinned: what it runs may serve
/// the VIP still, or again.</remarks>
internal static class Quarantine
{
    /// <summary>Ends those that are over; elastic IPs stay their tenants'.</summary>
    public static Task<int> EndAsync(HyperplaneDb db, DateTimeOffset now, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with due as (select id, cell, held from vip_addresses
                         where free_at <= {now} and gone_in_version is not null and not exists (
                           select 1 from cell_versions p where p.cell = vip_addresses.cell
                             and p.pinned_version is not null)
                         for update),
                 vips as (delete from vip_addresses v using due where v.id = due.id and not due.held),
                 kept as (update vip_addresses v
                          set cell = null, free_at = null, gone_in_version = null, announce_alone = false
                          from due where v.id = due.id and due.held)
            insert into cell_changes (cell, at, resource) select distinct cell, {now}, 'tombstones' from due
            """,
            cancel);

    /// <summary>Begins those anew whose VIPs a pin kept alive, as it ends.</summary>
    public static Task<int> BeginAgainAsync(
        HyperplaneDb db, string cell, DateTimeOffset freeAt, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update vip_addresses set free_at = {freeAt}
            where cell = {cell} and free_at is not null and gone_in_version is null
            """,
            cancel);
}
