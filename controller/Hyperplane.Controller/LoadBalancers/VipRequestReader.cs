using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.ElasticIps;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Checks the zones of a request against what exists, and tells everything that is wrong with them.</summary>
internal sealed class VipRequestReader(
    HyperplaneDb db, VipSpace space, Scheme scheme, bool isDualstack, CancellationToken cancel)
{
    private const int MaxZones = 16;
    private readonly List<FieldError> _errors = [];
    private ElasticIpChoices _elastic = ElasticIpChoices.None;

    /// <summary>What is to be found; complete only when nothing is wrong.</summary>
    public async Task<(IReadOnlyList<VipRequest> Requests, List<FieldError> Errors)> ReadAsync(
        IReadOnlyList<ZoneAsked> asked)
    {
        if (asked.Count is 0 or > MaxZones)
            _errors.Add(Rules.Invalid("/zones", $"1 to {MaxZones} zones are allowed."));
        ZoneAsked[] zones = [.. asked.Take(MaxZones)];
        _elastic = await ElasticIpChoices.ReadAsync(
            db, zones.SelectMany(zone => new[] { zone.Wanted.ElasticIp, zone.Wanted.Ipv6ElasticIp }), space.Nodes.Keys,
            cancel);
        var requests = new List<VipRequest>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (ZoneAsked zone in zones)
        {
            if (Read(zone, seen) is { } request)
                requests.Add(request);
        }

        await CheckTakenAsync(requests);
        if (scheme == Scheme.Internal && _errors.Count == 0)
            requests = await ChooseAsync(requests);
        return (requests, _errors);
    }

    private VipRequest? Read(ZoneAsked asked, HashSet<string> seen)
    {
        string at = $"/zones/{asked.Position}";
        ZonePlacement wanted = asked.Wanted;
        ZoneRow? zone = space.Zones.Find(row => row.Name == wanted.Zone);
        if (zone is null)
        {
            _errors.Add(Rules.UnknownZone($"{at}/zone", wanted.Zone, space.Zones.Select(row => row.Name)));
            return null;
        }

        int before = _errors.Count;
        if (!seen.Add(zone.Name))
            _errors.Add(new FieldError($"{at}/zone", "zone_repeated", $"Zone {zone.Name} is named more than once."));
        else if (asked.Kept is null && !HasCell(zone.Name, wanted.ElasticIp is not null))
            _errors.Add(new FieldError(
                $"{at}/zone", "no_cell", $"Zone {zone.Name} has no cell that takes new ones; ask the operator."));
        bool hasIpv6 = zone.Ipv6VipPool is not null;
        if (isDualstack && !hasIpv6)
            _errors.Add(new FieldError(
                $"{at}/zone", "no_ipv6", $"Zone {zone.Name} has no IPv6 addresses; ask the operator."));
        VipWish? ipv4 = Wish(
            wanted.Address, wanted.ElasticIp, asked.Kept?.Address, asked.Kept?.ElasticIpId, zone, true, at);
        VipWish? ipv6 = !isDualstack || !hasIpv6
            ? null
            : Wish(
                wanted.Ipv6Address, wanted.Ipv6ElasticIp, asked.Kept?.Ipv6Address, asked.Kept?.Ipv6ElasticIpId, zone,
                false, at);
        if (!isDualstack && wanted.Ipv6Address is not null)
            NotDualstack($"{at}/ipv6Address");
        if (!isDualstack && wanted.Ipv6ElasticIp is not null)
            NotDualstack($"{at}/ipv6ElasticIp");
        return _errors.Count > before || (ipv4 is null && ipv6 is null)
            ? null
            : new VipRequest(asked.Position, zone, ipv4, ipv6, asked.Kept);
    }

    // A draining cell may be the one that an elastic IP has to stay in.
    private bool HasCell(string zone, bool isElastic) =>
        isElastic ? space.Cells.Contains(zone) : space.Open(zone).Any();

    private void NotDualstack(string pointer) =>
        _errors.Add(Rules.Invalid(pointer, "Only a load balancer of ipAddressType dualstack has one."));

    /// <summary>Null when something is wrong, or what is there stays.</summary>
    private VipWish? Wish(
        string? address, string? elastic, IPAddress? kept, string? keptElastic, ZoneRow zone, bool isIpv4, string at)
    {
        string addressAt = at + (isIpv4 ? "/address" : "/ipv6Address");
        string elasticAt = at + (isIpv4 ? "/elasticIp" : "/ipv6ElasticIp");
        if (kept is not null)
        {
            bool isOther = address is not null && !(Ip.TryParse(address, out Ip said) && said == Ip.From(kept));
            if (isOther || (elastic is not null && elastic != keptElastic))
                _errors.Add(Rules.Invalid(
                    isOther ? addressAt : elasticAt,
                    $"The load balancer keeps {kept} in zone {zone.Name}; for another one take the zone out first."));
            return null;
        }

        if (elastic is not null && (address is not null || scheme == Scheme.Internal))
        {
            _errors.Add(Rules.Invalid(
                elasticAt,
                scheme == Scheme.Internal
                    ? "An internal load balancer has no elastic IPs."
                    : "Either an address or an elastic IP is allowed."));
            return null;
        }

        if (elastic is not null)
            return _elastic.Wish(elastic, zone.Name, isIpv4, elasticAt, _errors);
        return scheme == Scheme.Internal
            ? InternalWish(address, zone.Name, isIpv4, at, addressAt)
            : PublicWish(address, zone, isIpv4, addressAt);
    }

    private VipWish? InternalWish(string? text, string zone, bool isIpv4, string at, string addressAt)
    {
        PoolSpace pools = PoolSpace.Of(space.Pools, zone, AddressPoolKind.Internal, isIpv4);
        if (pools.Pools.Count == 0)
        {
            _errors.Add(new FieldError(
                $"{at}/zone", "no_internal_pool",
                $"Zone {zone} has no pool of internal IPv{(isIpv4 ? 4 : 6)} addresses; ask the operator."));
            return null;
        }

        return text is null
            ? new VipWish(null, addressAt)
            : ReadAddress(text, isIpv4, addressAt) is not { } address
            ? null
            : pools.Contains(address)
            ? new VipWish(address, addressAt)
            : Outside(addressAt, $"The internal pool of zone {zone} is {string.Join(", ", pools.Pools)}.");
    }

    private VipWish? PublicWish(string? text, ZoneRow zone, bool isIpv4, string addressAt)
    {
        ZonePools pools = ZonePools.Of(zone);
        IpPrefix pool = isIpv4 ? pools.Ipv4.Vip : pools.Ipv6!.Vip;
        return text is null
            ? new VipWish(null, addressAt)
            : ReadAddress(text, isIpv4, addressAt) is not { } address
            ? null
            : pool.Contains(address)
            ? new VipWish(address, addressAt)
            : Outside(addressAt, $"The pool of zone {zone.Name} is {pool}.");
    }

    private Ip? ReadAddress(string text, bool isIpv4, string pointer)
    {
        if (Ip.TryParse(text, out Ip address) && address.IsIpv4 == isIpv4)
            return address;
        _errors.Add(Rules.Invalid(pointer, $"An IPv{(isIpv4 ? 4 : 6)} address is allowed."));
        return null;
    }

    private VipWish? Outside(string pointer, string message)
    {
        _errors.Add(new FieldError(pointer, "address_outside_pool", message));
        return null;
    }

    private async Task CheckTakenAsync(List<VipRequest> requests)
    {
        VipWish[] chosen =
        [
            .. requests.SelectMany(request => request.Wishes)
                .Where(wish => wish is { Elastic: null, Address: not null }),
        ];
        IPAddress[] addresses = [.. chosen.Select(wish => wish.Address!.Value.ToIPAddress())];
        if (addresses.Length == 0)
            return;
        List<VipAddressRow> taken = await db.VipAddresses.AsNoTracking()
            .Where(row => addresses.Contains(row.Address))
            .ToListAsync(cancel);
        foreach (VipWish wish in chosen)
        {
            if (taken.Find(row => Ip.From(row.Address) == wish.Address) is { } use)
                _errors.Add(new FieldError(
                    wish.Pointer,
                    "address_in_use",
                    use.FreeAt is null
                        ? "The address is in use."
                        : "The address was in use a while ago and is in quarantine."));
        }
    }

    /// <summary>The requests with addresses of the zones' internal pools, where none was asked for.</summary>
    private async Task<List<VipRequest>> ChooseAsync(List<VipRequest> requests)
    {
        var chosen = new List<VipRequest>();
        foreach (VipRequest request in requests)
            chosen.Add(request with
            {
                Ipv4 = await ChooseAsync(request, request.Ipv4, isIpv4: true),
                Ipv6 = await ChooseAsync(request, request.Ipv6, isIpv4: false),
            });
        return chosen;
    }

    private async Task<VipWish?> ChooseAsync(VipRequest request, VipWish? wish, bool isIpv4)
    {
        if (wish is not { Address: null })
            return wish;
        PoolSpace pools = PoolSpace.Of(space.Pools, request.Zone.Name, AddressPoolKind.Internal, isIpv4);
        Ip? lowest = await pools.LowestFreeAsync(db, cancel);
        if (lowest is null)
            _errors.Add(VipAllocator.Exhausted(request));
        return wish with { Address = lowest };
    }
}
