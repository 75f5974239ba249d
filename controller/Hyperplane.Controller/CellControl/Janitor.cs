using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Requests;
using Hyperplane.Controller.Store;
using Hyperplane.Rpc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.CellControl;

/// <summary>
/// Ends what has a time to end: drained targets, zonal shifts, deleted resources, quarantines, old events. One
/// controller at a time.
/// </summary>
internal sealed partial class Janitor(
    Database database, ControllerOptions options, CellControlOptions control, TimeProvider time, ILogger<Janitor> log)
    : BackgroundService
{
    private const long LockKey = 0x6879_7065_7270_6c03;
    // Nodes end the flows of a target that has to; then it goes.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>One round; false when another controller is at it.</summary>
    public Task<bool> CleanAsync(CancellationToken cancel) => database.RunAsync(
        null,
        async db =>
        {
            List<bool> locked = await db.Database
                .SqlQuery<bool>($"select pg_try_advisory_xact_lock({LockKey}) as \"Value\"").ToListAsync(cancel);
            if (!locked[0])
                return false;
            DateTimeOffset now = database.Now;
            await EndTargetsAsync(db, now, cancel);
            await EndZonalShiftsAsync(db, now, cancel);
            await Quarantine.EndAsync(db, now, cancel);
            await db.NodeAddresses.Where(row => row.FreeAt <= now).ExecuteDeleteAsync(cancel);
            await EndListenersAsync(db, now - options.NodeLiveTime, cancel);
            await EndLoadBalancersAsync(db, now - options.NodeLiveTime, cancel);
            await PruneAsync(db, now, cancel);
            return true;
        },
        cancel);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Until the nodes had time to report, none of them would count as live.
            await Task.Delay(options.NodeLiveTime, time, stoppingToken);
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(CancellationToken cancel)
    {
        try
        {
            await CleanAsync(cancel);
        }
        catch (Exception failure) when (
            failure is NpgsqlException or TimeoutException or IOException or DbUpdateException
            || failure is InvalidOperationException { InnerException: NpgsqlException })
        {
            LogFailed(log, failure.Message);
        }
    }

    // Groups are locked first, as those do who register and deregister.
    private static Task<int> EndTargetsAsync(HyperplaneDb db, DateTimeOffset now, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with due as (
              select g.id, g.ends_deregistered from target_groups g
              where g.id in (select target_group_id from targets where draining_until <= {now})
              order by g.id limit 1000 for update
            ), gone as (
              delete from targets t using due where t.target_group_id = due.id and t.draining_until <= {now}
                and (t.ending or not due.ends_deregistered)
              returning t.target_group_id as id
            ), ended as (
              update targets t set ending = true, draining_until = {now + EndingTime} from due
              where t.target_group_id = due.id and t.draining_until <= {now}
                and not t.ending and due.ends_deregistered
              returning t.target_group_id as id
            ), changed as (
              update target_groups g set generation = generation + 1
              where g.id in (select id from gone union select id from ended)
              returning g.id, g.tenant_id, g.generation
            ), told as (
              insert into events (at, tenant_id, action, resource, generation)
              select {now}, tenant_id,
                     case when id in (select id from gone) then 'target.removed' else 'target.ending' end,
                     id, generation
              from changed
            )
            insert into cell_changes (cell, at, resource)
            select distinct z.cell, {now}, c.id from changed c
            join listener_groups l on l.live_target_group_id = c.id
            join load_balancer_zones z on z.load_balancer_id = l.load_balancer_id
            """,
            cancel);

    private static Task<int> EndZonalShiftsAsync(HyperplaneDb db, DateTimeOffset now, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with due as (
              select id from load_balancers where shift_expires_at <= {now} order by id limit 1000 for update
            ), ended as (
              update load_balancers lb
              set shifted_zone = null, shift_expires_at = null, shift_comment = null, generation = generation + 1
              from due where lb.id = due.id and lb.shift_expires_at <= {now}
              returning lb.id, lb.tenant_id, lb.generation
            ), told as (
              insert into events (at, tenant_id, action, resource, generation)
              select {now}, tenant_id, 'load_balancer.zonal_shift_expired', id, generation from ended
            )
            insert into cell_changes (cell, at)
            select distinct z.cell, {now} from ended e join load_balancer_zones z on z.load_balancer_id = e.id
            """,
            cancel);

    private static Task<int> EndListenersAsync(HyperplaneDb db, DateTimeOffset liveSince, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            delete from listeners l where l.deleted_at is not null and not exists (
              select 1 from load_balancer_zones z
              left join lateral (
                select min(c.version) as version from compiled_generations c
                where c.resource = z.load_balancer_id and c.cell = z.cell and c.generation >= l.load_balancer_generation
              ) wanted on true
              where z.load_balancer_id = l.load_balancer_id and (wanted.version is null or exists (
                select 1 from nodes n join node_reports r on r.node_id = n.id
                where n.cell = z.cell and r.reported_at > {liveSince} and r.running_version < wanted.version)))
            """,
            cancel);

    private static Task<int> EndLoadBalancersAsync(
        HyperplaneDb db, DateTimeOffset liveSince, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with gone as (
              delete from load_balancers lb where lb.deleted_at is not null and not exists (
                select 1 from load_balancer_zones z
                left join lateral (
                  select min(c.version) as version from compiled_generations c
                  where c.resource = lb.id and c.cell = z.cell and c.generation >= lb.generation
                ) wanted on true
                where z.load_balancer_id = lb.id and (wanted.version is null or exists (
                  select 1 from nodes n join node_reports r on r.node_id = n.id
                  where n.cell = z.cell and r.reported_at > {liveSince} and r.running_version < wanted.version)))
              returning lb.id
            ), forgotten as (
              delete from compiled_generations c using gone where c.resource = gone.id
            )
            select pg_notify('hyperplane_status', '') from gone limit 1
            """,
            cancel);

    private async Task PruneAsync(HyperplaneDb db, DateTimeOffset now, CancellationToken cancel)
    {
        DateTimeOffset told = now - control.FullInterval;
        await db.Database.ExecuteSqlAsync($"delete from cell_changes where at < {told}", cancel);
        DateTimeOffset kept = now - control.EventRetention;
        await db.Database.ExecuteSqlAsync(
            $"delete from events where id in (select id from events where at < {kept} order by at limit 1000)", cancel);
        // What expired is refused by its time alone.
        DateTimeOffset expired = now - IssuedCertificate.ClockSkew;
        await db.Database.ExecuteSqlAsync($"delete from node_certificates where not_after < {expired}", cancel);
        DateTimeOffset remembered = now - RequestStore.Memory;
        await db.Database.ExecuteSqlAsync(
            $"""
            delete from requests where (owner, key) in
              (select owner, key from requests where begun_at < {remembered} order by begun_at limit 1000)
            """,
            cancel);
    }

    [LoggerMessage(2301, LogLevel.Warning, "Cleaning failed: {Reason}; the next round tries again")]
    private static partial void LogFailed(ILogger log, string reason);
}
