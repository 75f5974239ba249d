using System.Globalization;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Listeners;

/// <summary>Listeners in the database. A change of a listener is a new generation of its load balancer too.</summary>
internal sealed class ListenerStore(Session session, StatusReader status) : IListeners
{
    private const int DefaultTcpIdleSeconds = 350;
    private const int UdpIdleSeconds = 120;
    private const int MaxGroups = 5;
    private const int MaxWeight = 999;

    /// <inheritdoc/>
    public Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, ListenerConfig config, CancellationToken cancel) =>
        session.WriteAsync<Listener>(
            tenantId,
            async db =>
            {
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                LoadBalancerRow? owner = await LockOwnerAsync(db, loadBalancerId, cancel);
                if (owner is null)
                    return Refuse.NotFound<Listener>("load balancer", loadBalancerId);
                List<FieldError> errors = await CheckAsync(db, owner, config, cancel);
                if (errors.Count > 0)
                    return Refuse.All<Listener>(errors);
                if (await OnPortAsync(db, loadBalancerId, config, cancel) is { } existing)
                    return Same(existing, config)
                        ? new Outcome<Listener>.Done(await ViewAsync(db, owner, existing, cancel), Changed: false)
                        : Refuse.All<Listener>([InUse(existing)]);
                int count = await db.Listeners.CountAsync(
                    listener => listener.LoadBalancerId == loadBalancerId && listener.DeletedAt == null, cancel);
                if (await QuotaCheck.RefuseAsync<Listener>(
                    db, tenantId, QuotaName.ListenersPerLoadBalancer, count + 1, "listeners of a load balancer", cancel)
                    is { } over)
                    return over;
                Listener added = await AddAsync(db, owner, config, cancel);
                return await OverTargetsAsync(db, owner, cancel)
                    ?? (Outcome<Listener>)new Outcome<Listener>.Done(added, Changed: true);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> GetAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<Listener>>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await OwnerAsync(db, loadBalancerId, cancel);
                ListenerRow? row = await db.Listeners.AsNoTracking().Include(listener => listener.Groups)
                    .SingleOrDefaultAsync(
                        listener => listener.Id == id && listener.LoadBalancerId == loadBalancerId, cancel);
                return owner is null || row is null
                    ? Refuse.NotFound<Listener>("listener", id)
                    : new Outcome<Listener>.Done(await ViewAsync(db, owner, row, cancel), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Page<Listener>>> ListAsync(
        string tenantId, string loadBalancerId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync<Outcome<Page<Listener>>>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await OwnerAsync(db, loadBalancerId, cancel);
                if (owner is null)
                    return Refuse.NotFound<Page<Listener>>("load balancer", loadBalancerId);
                (List<ListenerRow> rows, string? next) = await ListenerPaging.ReadAsync(
                    db.Listeners.AsNoTracking().Include(listener => listener.Groups)
                        .Where(listener => listener.LoadBalancerId == loadBalancerId),
                    page,
                    cancel);
                IReadOnlyDictionary<string, ResourceStatus> states =
                    await status.OfListenersAsync(db, owner, rows, cancel);
                return new Outcome<Page<Listener>>.Done(
                    new Page<Listener>([.. rows.Select(row => View(row, states[row.Id]))], next), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> ChangeAsync(
        string tenantId, string loadBalancerId, string id, ListenerChange change, CancellationToken cancel) =>
        UpdateAsync(tenantId, loadBalancerId, id, row => With(row, change), cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> ReplaceAsync(
        string tenantId, string loadBalancerId, string id, ListenerConfig config, CancellationToken cancel) =>
        UpdateAsync(tenantId, loadBalancerId, id, _ => config, cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> DeleteAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        session.WriteAsync<Listener>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await db.LoadBalancers
                    .FromSql($"select * from load_balancers where id = {loadBalancerId} for update")
                        .SingleOrDefaultAsync(cancel);
                ListenerRow? row = await db.Listeners.Include(listener => listener.Groups)
                    .SingleOrDefaultAsync(
                        listener => listener.Id == id && listener.LoadBalancerId == loadBalancerId, cancel);
                if (owner is null || row is null)
                    return Refuse.NotFound<Listener>("listener", id);
                if (session.Objection<Listener>("listener", id, row.Generation) is { } stale)
                    return stale;
                await db.Entry(owner).Collection(lb => lb.Zones).LoadAsync(cancel);
                bool changed = row.DeletedAt is null;
                if (changed)
                {
                    row.DeletedAt = session.Now;
                    row.Groups.ForEach(use => use.Deleted = true);
                    row.LoadBalancerGeneration = ++owner.Generation;
                    db.Record(session.Now, tenantId, "listener.deleted", row.Id, ++row.Generation);
                    db.Touch(session.Now, owner.Zones.Select(zone => zone.Cell), owner.Id);
                }

                return new Outcome<Listener>.Done(await ViewAsync(db, owner, row, cancel), changed);
            },
            cancel);

    private Task<Outcome<Listener>> UpdateAsync(
        string tenantId, string loadBalancerId, string id, Func<ListenerRow, ListenerConfig> change,
        CancellationToken cancel) =>
        session.WriteAsync<Listener>(
            tenantId,
            async db =>
            {
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                LoadBalancerRow? owner = await LockOwnerAsync(db, loadBalancerId, cancel);
                ListenerRow? row = await db.Listeners.Include(listener => listener.Groups).SingleOrDefaultAsync(
                    listener => listener.Id == id && listener.LoadBalancerId == loadBalancerId
                        && listener.DeletedAt == null,
                    cancel);
                if (owner is null || row is null)
                    return Refuse.NotFound<Listener>("listener", id);
                if (session.Objection<Listener>("listener", id, row.Generation) is { } stale)
                    return stale;
                ListenerConfig wanted = change(row);
                List<FieldError> errors = await CheckAsync(db, owner, wanted, cancel);
                if (errors.Count > 0)
                    return Refuse.All<Listener>(errors);
                if (await OnPortAsync(db, loadBalancerId, wanted, cancel, except: id) is { } other)
                    return Refuse.All<Listener>([InUse(other)]);
                bool changed = !Same(row, wanted);
                if (changed)
                {
                    (row.Protocol, row.Port) = (wanted.Protocol, wanted.Port);
                    row.IdleTimeoutSeconds = IdleSeconds(wanted);
                    row.AllowedCidrs = SourceList.Read(wanted.AllowedCidrs);
                    row.DeniedCidrs = SourceList.Read(wanted.DeniedCidrs);
                    Forward(db, row, wanted.TargetGroups);
                    row.LoadBalancerGeneration = ++owner.Generation;
                    db.Record(session.Now, tenantId, "listener.changed", row.Id, ++row.Generation);
                    db.Touch(session.Now, owner.Zones.Select(zone => zone.Cell), owner.Id);
                    await db.SaveChangesAsync(cancel);
                    if (await OverTargetsAsync(db, owner, cancel) is { } over)
                        return over;
                }

                return new Outcome<Listener>.Done(await ViewAsync(db, owner, row, cancel), changed);
            },
            cancel);

    private static ListenerConfig With(ListenerRow row, ListenerChange change)
    {
        TransportProtocol protocol = change.Protocol ?? row.Protocol;
        // UDP's idle timeout is no wish that another protocol could take over.
        bool begins = change.ResetsIdleTimeout
            || (protocol == TransportProtocol.Udp) != (row.Protocol == TransportProtocol.Udp);
        IReadOnlyList<TargetGroupShare> shares = change.TargetGroups ?? Shares(row);
        return new ListenerConfig(
            protocol, change.Port ?? row.Port, shares.Count > 0 ? shares[0].TargetGroupId : "",
            change.IdleTimeoutSeconds ?? (begins ? null : row.IdleTimeoutSeconds))
        {
            TargetGroups = shares,
            AllowedCidrs = change.AllowedCidrs ?? SourceList.Write(row.AllowedCidrs),
            DeniedCidrs = change.DeniedCidrs ?? SourceList.Write(row.DeniedCidrs),
        };
    }

    private static async Task<ListenerRow?> OnPortAsync(
        HyperplaneDb db, string loadBalancerId, ListenerConfig config, CancellationToken cancel,
        string? except = null) =>
        (await db.Listeners.AsNoTracking().Include(listener => listener.Groups).Where(
            listener => listener.LoadBalancerId == loadBalancerId && listener.DeletedAt == null
                && listener.Port == config.Port && listener.Id != except).ToListAsync(cancel))
            .Find(listener => TransportProtocols.Clash(listener.Protocol, config.Protocol));

    private static FieldError InUse(ListenerRow existing) => new(
        "/port", "listener_in_use", $"The listener {existing.Id} has this protocol and port, with other settings.");

    private static async Task<Outcome<Listener>.Refused?> OverTargetsAsync(
        HyperplaneDb db, LoadBalancerRow owner, CancellationToken cancel)
    {
        Dictionary<string, int> targets = await QuotaCheck.TargetsOfLoadBalancersAsync(
            db, db.LoadBalancers.Where(one => one.Id == owner.Id).Select(one => one.Id), cancel);
        return await QuotaCheck.RefuseAsync<Listener>(
            db, owner.TenantId, QuotaName.TargetsPerLoadBalancer, targets.GetValueOrDefault(owner.Id),
            "targets of a load balancer", cancel);
    }

    private async Task<Listener> AddAsync(
        HyperplaneDb db, LoadBalancerRow owner, ListenerConfig config, CancellationToken cancel)
    {
        var row = new ListenerRow
        {
            Id = Ids.New("lst"),
            TenantId = owner.TenantId,
            LoadBalancerId = owner.Id,
            Protocol = config.Protocol,
            Port = config.Port,
            IdleTimeoutSeconds = IdleSeconds(config),
            AllowedCidrs = SourceList.Read(config.AllowedCidrs),
            DeniedCidrs = SourceList.Read(config.DeniedCidrs),
            Generation = 1,
            LoadBalancerGeneration = ++owner.Generation,
            CreatedAt = session.Now,
        };
        db.Listeners.Add(row);
        Forward(db, row, config.TargetGroups);
        db.Record(session.Now, owner.TenantId, "listener.created", row.Id, row.Generation);
        db.Touch(session.Now, owner.Zones.Select(zone => zone.Cell), owner.Id);
        await db.SaveChangesAsync(cancel);
        return await ViewAsync(db, owner, row, cancel);
    }

    private static void Forward(HyperplaneDb db, ListenerRow row, IReadOnlyList<TargetGroupShare> shares)
    {
        foreach (ListenerGroupRow gone in row.Groups
            .Where(use => !shares.Any(share => share.TargetGroupId == use.TargetGroupId)).ToList())
        {
            row.Groups.Remove(gone);
            db.ListenerGroups.Remove(gone);
        }

        foreach ((int position, TargetGroupShare share) in shares.Index())
        {
            ListenerGroupRow? use = row.Groups.Find(one => one.TargetGroupId == share.TargetGroupId);
            if (use is null)
                row.Groups.Add(use = new ListenerGroupRow
                {
                    ListenerId = row.Id,
                    LoadBalancerId = row.LoadBalancerId,
                    TenantId = row.TenantId,
                    TargetGroupId = share.TargetGroupId,
                });
            (use.Position, use.Weight) = (position, share.Weight);
        }
    }

    private static async Task<List<FieldError>> CheckAsync(
        HyperplaneDb db, LoadBalancerRow owner, ListenerConfig config, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        if (!Enum.IsDefined(config.Protocol))
            errors.Add(Rules.Invalid("/protocol", "TCP, UDP or TCP_UDP is allowed."));
        Rules.Between(errors, config.Port, 1, 65_535, "/port");
        if (config.Protocol != TransportProtocol.Udp && config.IdleTimeoutSeconds is { } tcp)
            Rules.Between(errors, tcp, 60, 6_000, "/idleTimeoutSeconds");
        else if (config is { Protocol: TransportProtocol.Udp, IdleTimeoutSeconds: not null and not UdpIdleSeconds })
            errors.Add(Rules.Invalid("/idleTimeoutSeconds", $"UDP flows always end after {UdpIdleSeconds} seconds."));
        SourceList.Check(errors, config.AllowedCidrs, "/allowedCidrs");
        SourceList.Check(errors, config.DeniedCidrs, "/deniedCidrs");
        if (config.TargetGroups.Count is 0 or > MaxGroups)
            errors.Add(Rules.Invalid("/targetGroups", $"1 to {MaxGroups} target groups are allowed."));
        else if (config.TargetGroups.DistinctBy(share => share.TargetGroupId).Count() < config.TargetGroups.Count)
            errors.Add(Rules.Invalid("/targetGroups", "A target group may be there only once."));
        bool isOne = config.TargetGroups is [{ Weight: 1 }];
        // In order of names, so that two creations never wait for each other in a circle.
        foreach ((int index, TargetGroupShare share) in config.TargetGroups.Take(MaxGroups).Index()
            .OrderBy(entry => entry.Item.TargetGroupId, StringComparer.Ordinal))
        {
            string at = isOne ? "" : string.Create(CultureInfo.InvariantCulture, $"/targetGroups/{index}");
            Rules.Between(errors, share.Weight, 0, MaxWeight, $"{at}/weight");
            await CheckGroupAsync(db, owner, config, share.TargetGroupId, $"{at}/targetGroupId", errors, cancel);
        }

        return errors;
    }

    private static async Task CheckGroupAsync(
        HyperplaneDb db, LoadBalancerRow owner, ListenerConfig config, string id, string pointer,
        List<FieldError> errors, CancellationToken cancel)
    {
        // Locked against deletion until the listener refers to it.
        TargetGroupRow? group = await db.TargetGroups
            .FromSql($"select * from target_groups where id = {id} for key share").AsNoTracking()
            .SingleOrDefaultAsync(cancel);
        if (group is null)
        {
            errors.Add(new FieldError(
                pointer, "unknown_target_group", $"There is no target group {Refuse.Quote(id)}."));
            return;
        }

        if (group.Protocol != config.Protocol && group.Protocol != TransportProtocol.TcpUdp)
            errors.Add(new FieldError(
                pointer,
                "protocol_mismatch",
                $"The group {group.Id} is {TransportProtocols.Text(group.Protocol)}, the listener "
                + $"{TransportProtocols.Text(config.Protocol)}."));
        if (group.Port != config.Port && TargetGroupAttributes.Read(group.Attributes, group.Protocol).IsDsr)
            errors.Add(Rules.Invalid(
                pointer,
                $"The group {group.Id} is in mode dsr, which does not translate ports: its port is {group.Port}, "
                + $"the listener's {config.Port}."));
        if (group.IpAddressType == TargetAddressType.Ipv6)
            await CheckIpv6Async(db, owner, group, pointer, errors, cancel);
    }

    private static async Task CheckIpv6Async(
        HyperplaneDb db, LoadBalancerRow owner, TargetGroupRow group, string pointer, List<FieldError> errors,
        CancellationToken cancel)
    {
        string[] zones = [.. owner.Zones.Select(zone => zone.Zone)];
        string? without = await db.Zones.Where(zone => zones.Contains(zone.Name) && zone.Ipv6SnatPool == null)
            .Select(zone => zone.Name).FirstOrDefaultAsync(cancel);
        if (without is not null)
            errors.Add(new FieldError(
                pointer,
                "no_ipv6",
                $"The targets of group {group.Id} have IPv6 addresses, and zone {without} has none to reach them by."));
    }

    private static Task<LoadBalancerRow?> OwnerAsync(HyperplaneDb db, string id, CancellationToken cancel) =>
        db.LoadBalancers.AsNoTracking().Include(lb => lb.Zones).SingleOrDefaultAsync(lb => lb.Id == id, cancel);

    private static async Task<LoadBalancerRow?> LockOwnerAsync(HyperplaneDb db, string id, CancellationToken cancel)
    {
        LoadBalancerRow? owner = await db.LoadBalancers
            .FromSql($"select * from load_balancers where id = {id} and deleted_at is null for update")
                .SingleOrDefaultAsync(cancel);
        if (owner is not null)
            await db.Entry(owner).Collection(lb => lb.Zones).LoadAsync(cancel);
        return owner;
    }

    private async Task<Listener> ViewAsync(
        HyperplaneDb db, LoadBalancerRow owner, ListenerRow row, CancellationToken cancel) =>
        View(row, (await status.OfListenersAsync(db, owner, [row], cancel))[row.Id]);

    private static Listener View(ListenerRow row, ResourceStatus status) => new(
        row.Id,
        row.LoadBalancerId,
        row.Protocol,
        row.Port,
        row.Groups.OrderBy(use => use.Position).First().TargetGroupId,
        row.IdleTimeoutSeconds,
        row.Generation,
        row.CreatedAt,
        status)
    {
        TargetGroups = Shares(row),
        AllowedCidrs = SourceList.Write(row.AllowedCidrs),
        DeniedCidrs = SourceList.Write(row.DeniedCidrs),
    };

    private static TargetGroupShare[] Shares(ListenerRow row) =>
    [
        .. row.Groups.OrderBy(use => use.Position).Select(use => new TargetGroupShare(use.TargetGroupId, use.Weight)),
    ];

    private static bool Same(ListenerRow row, ListenerConfig config) =>
        row.Protocol == config.Protocol
        && row.Port == config.Port
        && row.IdleTimeoutSeconds == IdleSeconds(config)
        && Shares(row).SequenceEqual(config.TargetGroups)
        && row.AllowedCidrs.SequenceEqual(SourceList.Read(config.AllowedCidrs))
        && row.DeniedCidrs.SequenceEqual(SourceList.Read(config.DeniedCidrs));

    private static int IdleSeconds(ListenerConfig config) => config.Protocol == TransportProtocol.Udp
        ? UdpIdleSeconds
        : config.IdleTimeoutSeconds ?? DefaultTcpIdleSeconds;
}
