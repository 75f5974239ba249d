using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.ElasticIps;

/// <summary>The elastic IPs that a request names, locked until its transaction ends.</summary>
/// <remarks>
/// An elastic IP that was taken from something a while ago may be used again at once, but in the cell where it was:
/// its nodes change from one use to the next with one snapshot each, while nodes of another cell would announce the
/// address beside those that do not know yet. When its tombstone goes, so does that bond.
/// </remarks>
internal sealed class ElasticIpChoices(List<ElasticIpRow> rows, Dictionary<Ip, string> homes)
{
    /// <summary>Those of a request that names none.</summary>
    public static ElasticIpChoices None { get; } = new([], []);

    /// <summary>Locks and reads those of the tenant.</summary>
    /// <param name="db">The transaction, as the tenant.</param>
    /// <param name="named">Their ids.</param>
    /// <param name="staffed">The cells that have nodes: nobody announces anything in the others.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<ElasticIpChoices> ReadAsync(
        HyperplaneDb db, IEnumerable<string?> named, IEnumerable<string> staffed, CancellationToken cancel)
    {
        string[] ids = [.. named.OfType<string>()];
        if (ids.Length == 0)
            return None;
        List<ElasticIpRow> rows = await db.ElasticIps
            .FromSql($"select * from elastic_ips where id = any({ids}) order by id for update").ToListAsync(cancel);
        IPAddress[] addresses = [.. rows.Select(row => row.Address)];
        List<VipAddressRow> held = await db.VipAddresses.AsNoTracking()
            .Where(vip => addresses.Contains(vip.Address) && vip.Cell != null).ToListAsync(cancel);
        HashSet<string> announcing = [.. staffed];
        return new ElasticIpChoices(
            rows, held.Where(vip => announcing.Contains(vip.Cell!)).ToDictionary(
                vip => Ip.From(vip.Address), vip => vip.Cell!));
    }

    /// <summary>The wish for one of them; null with what is wrong added to the errors.</summary>
    public VipWish? Wish(string id, string zone, bool isIpv4, string pointer, List<FieldError> errors)
    {
        ElasticIpRow? row = rows.Find(one => one.Id == id);
        FieldError? wrong = row switch
        {
            null => new FieldError(pointer, "unknown_elastic_ip", $"There is no elastic IP {Refuse.Quote(id)}."),
            _ when row.Zone != zone => Rules.Invalid(pointer, $"The elastic IP {id} is of zone {row.Zone}."),
            _ when Ip.From(row.Address).IsIpv4 != isIpv4 =>
                Rules.Invalid(pointer, $"The elastic IP {id} is {row.Address}, not an IPv{(isIpv4 ? 4 : 6)} address."),
            { AssociatedWith: { } user } => new FieldError(
                pointer, "elastic_ip_in_use", $"The elastic IP {id} is an address of {user}."),
            _ => null,
        };
        if (wrong is not null)
        {
            errors.Add(wrong);
            return null;
        }

        Ip address = Ip.From(row!.Address);
        return new VipWish(address, pointer) { Elastic = row, Home = homes.GetValueOrDefault(address) };
    }
}
