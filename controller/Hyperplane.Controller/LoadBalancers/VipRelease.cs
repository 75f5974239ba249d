using System.Net;
using Hyperplane.Controller.ElasticIps;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Takes VIPs from a load balancer: nodes are told by tombstones, and until their quarantine ends addresses
/// are nobody's; elastic IPs stay the tenant's.</summary>
internal static class VipRelease
{
    /// <summary>Takes addresses of a load balancer.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="owner">Whose they were.</param>
    /// <param name="addresses">The VIPs; null among them is none.</param>
    /// <param name="now">When that is.</param>
    /// <param name="quarantine">How long nodes may take to forget them.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task FreeAsync(
        HyperplaneDb db, LoadBalancerRow owner, IEnumerable<IPAddress?> addresses, DateTimeOffset now,
        TimeSpan quarantine, CancellationToken cancel)
    {
        IPAddress[] freed = [.. addresses.OfType<IPAddress>()];
        if (freed.Length == 0)
            return;
        await db.VipAddresses.Where(vip => freed.Contains(vip.Address))
            .ExecuteUpdateAsync(update => update.SetProperty(vip => vip.FreeAt, now + quarantine), cancel);
        List<ElasticIpRow> elastic = await db.ElasticIps
            .Where(one => one.AssociatedWith == owner.Id && freed.Contains(one.Address)).OrderBy(one => one.Id)
            .ToListAsync(cancel);
        foreach (ElasticIpRow one in elastic)
        {
            one.AssociatedWith = null;
            db.Record(now, owner.TenantId, "elastic_ip.disassociated", one.Id, one.Generation);
        }
    }
}
