using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Listeners;

/// <summary>Listeners in the database. A change of a listener is a new generation of its load balancer too.</summary>
internal sealed class ListenerStore(Database database, StatusReader status, ControllerOptions options) : IListeners
{
    private const int DefaultTcpIdleSeconds = 350;
    private const int UdpIdleSeconds = 120;

    /// <inheritdoc/>
    public Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, ListenerConfig config, CancellationToken cancel) =>
        database.WriteAsync<Listener>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await LockOwnerAsync(db, loadBalancerId, cancel);
                if (owner is null)
                    return Refuse.NotFound<Listener>("load balancer", loadBalancerId);
                List<FieldError> errors = await CheckAsync(db, config, cancel);
                if (errors.Count > 0)
                    return Refuse.All<Listener>(errors);
                ListenerRow? existing = await db.Listeners.AsNoTracking().SingleOrDefaultAsync(
                    listener => listener.LoadBalancerId == loadBalancerId && listener.DeletedAt == null
                        && listener.Protocol == config.Protocol && listener.Port == config.Port,
                    cancel);
                if (existing is not null)
                    return Same(existing, config)
                        ? new Outcome<Listener>.Done(await ViewAsync(db, owner, existing, cancel), Changed: false)
                        : Refuse.All<Listener>([new FieldError(
                            "/port", "listener_in_use",
                            $"The listener {existing.Id} has this protocol and port with other settings.")]);
                if (await db.Listeners.CountAsync(
                    listener => listener.LoadBalancerId == loadBalancerId && listener.DeletedAt == null, cancel)
                    >= options.MaxListenersPerLoadBalancer)
                    return Refuse.With<Listener>(
                        RefusalKind.Forbidden,
                        "too_many_listeners",
                        $"A load balancer has at most {options.MaxListenersPerLoadBalancer} listeners.");
                return new Outcome<Listener>.Done(await AddAsync(db, owner, config, cancel), Changed: true);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> GetAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        database.RunAsync<Outcome<Listener>>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await OwnerAsync(db, loadBalancerId, cancel);
                ListenerRow? row = await db.Listeners.AsNoTracking()
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
        database.RunAsync<Outcome<Page<Listener>>>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await OwnerAsync(db, loadBalancerId, cancel);
                if (owner is null)
                    return Refuse.NotFound<Page<Listener>>("load balancer", loadBalancerId);
                long after = Paging.After(page);
                List<ListenerRow> found = page.Name is not null
                    ? []
                    : await db.Listeners.AsNoTracking()
                        .Where(listener => listener.LoadBalancerId == loadBalancerId && listener.Serial > after)
                        .OrderBy(listener => listener.Serial).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<ListenerRow> rows, string? next) = Paging.Cut(page, found, listener => listener.Serial);
                IReadOnlyDictionary<string, ResourceStatus> states =
                    await status.OfListenersAsync(db, owner, rows, cancel);
                return new Outcome<Page<Listener>>.Done(
                    new Page<Listener>([.. rows.Select(row => View(row, states[row.Id]))], next), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> DeleteAsync(
        string tenantId, string loadBalancerId, string id, CancellationToken cancel) =>
        database.WriteAsync<Listener>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? owner = await db.LoadBalancers
                    .FromSql($"select * from load_balancers where id = {loadBalancerId} for update")
                        .SingleOrDefaultAsync(cancel);
                ListenerRow? row = await db.Listeners
                    .SingleOrDefaultAsync(
                        listener => listener.Id == id && listener.LoadBalancerId == loadBalancerId, cancel);
                if (owner is null || row is null)
                    return Refuse.NotFound<Listener>("listener", id);
                await db.Entry(owner).Collection(lb => lb.Zones).LoadAsync(cancel);
                bool changed = row.DeletedAt is null;
                if (changed)
                {
                    row.DeletedAt = database.Now;
                    row.LoadBalancerGeneration = ++owner.Generation;
                    db.Record(database.Now, tenantId, "listener.deleted", row.Id, ++row.Generation);
                    db.Touch(database.Now, owner.Zones.Select(zone => zone.Cell));
                }

                return new Outcome<Listener>.Done(await ViewAsync(db, owner, row, cancel), changed);
            },
            cancel);

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
            TargetGroupId = config.TargetGroupId,
            IdleTimeoutSeconds = IdleSeconds(config),
            Generation = 1,
            LoadBalancerGeneration = ++owner.Generation,
            CreatedAt = database.Now,
        };
        db.Listeners.Add(row);
        db.Record(database.Now, owner.TenantId, "listener.created", row.Id, row.Generation);
        db.Touch(database.Now, owner.Zones.Select(zone => zone.Cell));
        await db.SaveChangesAsync(cancel);
        return await ViewAsync(db, owner, row, cancel);
    }

    private static async Task<List<FieldError>> CheckAsync(
        HyperplaneDb db, ListenerConfig config, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        if (!Enum.IsDefined(config.Protocol))
            errors.Add(Rules.Invalid("/protocol", "TCP or UDP is allowed."));
        Rules.Between(errors, config.Port, 1, 65_535, "/port");
        if (config is { Protocol: TransportProtocol.Tcp, IdleTimeoutSeconds: { } tcp })
            Rules.Between(errors, tcp, 60, 6_000, "/idleTimeoutSeconds");
        else if (config is { Protocol: TransportProtocol.Udp, IdleTimeoutSeconds: not null and not UdpIdleSeconds })
            errors.Add(Rules.Invalid("/idleTimeoutSeconds", $"UDP flows always end after {UdpIdleSeconds} seconds."));

        // Locked against deletion until the listener refers to it.
        TargetGroupRow? group = await db.TargetGroups
            .FromSql($"select * from target_groups where id = {config.TargetGroupId} for key share").AsNoTracking()
            .SingleOrDefaultAsync(cancel);
        if (group is null)
            errors.Add(new FieldError(
                "/targetGroupId", "unknown_target_group",
                $"There is no target group {Refuse.Quote(config.TargetGroupId)}."));
        else if (group.Protocol != config.Protocol)
            errors.Add(new FieldError(
                "/targetGroupId",
                "protocol_mismatch",
                $"The group {group.Id} is {Text(group.Protocol)}, the listener {Text(config.Protocol)}."));
        return errors;
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
        row.TargetGroupId,
        row.IdleTimeoutSeconds,
        row.Generation,
        row.CreatedAt,
        status);

    private static bool Same(ListenerRow row, ListenerConfig config) =>
        row.TargetGroupId == config.TargetGroupId && row.IdleTimeoutSeconds == IdleSeconds(config);

    private static int IdleSeconds(ListenerConfig config) => config.Protocol == TransportProtocol.Udp
        ? UdpIdleSeconds
        : config.IdleTimeoutSeconds ?? DefaultTcpIdleSeconds;

    private static string Text(TransportProtocol protocol) => protocol == TransportProtocol.Udp ? "UDP" : "TCP";
}
