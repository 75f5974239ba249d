using System.Globalization;
using System.Net;
using System.Text.Json;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What operators see of snapshots and say about them.</summary>
internal sealed class SnapshotStore(Session session, ControllerOptions options) : ISnapshots
{
    private const int MostLines = 100;

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<SnapshotInfo>>> ListAsync(string cell, CancellationToken cancel) =>
        session.RunAsync<Outcome<IReadOnlyList<SnapshotInfo>>>(
            null,
            async db => await StateAsync(db, cell, cancel) is { } state
                ? new Outcome<IReadOnlyList<SnapshotInfo>>.Done(
                    await InfosAsync(db, state, null, cancel), Changed: false)
                : Refuse.NotFound<IReadOnlyList<SnapshotInfo>>("cell", cell),
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<CellSnapshots>> GetAsync(string cell, CancellationToken cancel) =>
        session.RunAsync<Outcome<CellSnapshots>>(
            null,
            async db => await StateAsync(db, cell, cancel) is { } state
                ? await DoneAsync(db, state, changed: false, cancel)
                : Refuse.NotFound<CellSnapshots>("cell", cell),
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<SnapshotInfo>> GetAsync(string cell, ulong version, CancellationToken cancel) =>
        session.RunAsync<Outcome<SnapshotInfo>>(
            null,
            async db =>
            {
                if (await StateAsync(db, cell, cancel) is not { } state)
                    return Refuse.NotFound<SnapshotInfo>("cell", cell);
                IReadOnlyList<SnapshotInfo> found = await InfosAsync(db, state, version, cancel);
                return found.Count == 0
                    ? NoVersion<SnapshotInfo>(cell, version)
                    : new Outcome<SnapshotInfo>.Done(found[0], Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<SnapshotDifference>> DiffAsync(
        string cell, ulong? from, ulong? to, CancellationToken cancel) =>
        session.RunAsync<Outcome<SnapshotDifference>>(
            null,
            async db =>
            {
                if (await StateAsync(db, cell, cancel) is not { } state)
                    return Refuse.NotFound<SnapshotDifference>("cell", cell);
                ulong left = from ?? await MostRunAsync(db, cell, cancel) ?? (ulong)state.Version;
                ulong right = to ?? (ulong)state.Version;
                var connection = (NpgsqlConnection)db.Database.GetDbConnection();
                if (await SnapshotArchive.LoadAsync(connection, cell, left, cancel) is not { } before)
                    return NoContent<SnapshotDifference>(cell, left);
                if (await SnapshotArchive.LoadAsync(connection, cell, right, cancel) is not { } after)
                    return NoContent<SnapshotDifference>(cell, right);
                var diff = SnapshotDiff.Of(before, after);
                return new Outcome<SnapshotDifference>.Done(
                    new SnapshotDifference(cell, left, right, diff.IsGentle, diff.ListCounts(), diff.Lines),
                    Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<CellSnapshots>> PinAsync(string cell, ulong? version, CancellationToken cancel) =>
        ChangeAsync(
            cell, "cell.pinned", (db, state) => PinAsync(db, state, version ?? (ulong)state.Version, cancel), cancel);

    /// <inheritdoc/>
    public Task<Outcome<CellSnapshots>> RollBackAsync(string cell, CancellationToken cancel) =>
        ChangeAsync(
            cell,
            "cell.rolled_back",
            async (db, state) =>
            {
                List<long> before = await db.Database.SqlQuery<long>(
                    $"""
                    select version as "Value" from cell_snapshots
                    where cell = {cell} and version < {state.PinnedVersion ?? state.Version} and body is not null
                    order by version desc limit 1
                    """).ToListAsync(cancel);
                return before.Count == 0
                    ? Refuse.With<CellSnapshots>(
                        RefusalKind.Conflict, "no_older_snapshot", $"No older snapshot of cell {cell} is kept.")
                    : await PinAsync(db, state, (ulong)before[0], cancel);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<CellSnapshots>> UnpinAsync(string cell, CancellationToken cancel) =>
        ChangeAsync(
            cell,
            "cell.unpinned",
            async (db, state) =>
            {
                if (state.PinnedVersion is null)
                    return await DoneAsync(db, state, changed: false, cancel);
                await db.Database.ExecuteSqlAsync(
                    $"update cell_versions set pinned_version = null where cell = {cell}", cancel);
                await Quarantine.BeginAgainAsync(db, cell, session.Now + options.AddressQuarantine, cancel);
                return await AgainAsync(db, cell, cancel);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<CellSnapshots>> AllowRemovalsAsync(string cell, CancellationToken cancel) =>
        ChangeAsync(
            cell,
            "cell.removals_allowed",
            async (db, state) =>
            {
                // The next version is a new one whatever is in it, and who runs an older one may lose any VIP.
                await db.Database.ExecuteSqlAsync(
                    $"""
                    update cell_versions set removals_version = version + 1, content_hash = null, restored_at = null
                    where cell = {cell}
                    """,
                    cancel);
                DateTimeOffset free = session.Now + options.AddressQuarantine;
                await db.Database.ExecuteSqlAsync(
                    $"""
                    with kept as (delete from kept_vips where cell = {cell} returning address),
                         groups as (delete from kept_groups where cell = {cell})
                    update vip_addresses v set free_at = {free}, gone_in_version = null from kept
                    where v.address = kept.address and not exists (
                      select 1 from load_balancer_zones z where v.address in (z.address, z.ipv6_address))
                    """,
                    cancel);
                return await AgainAsync(db, cell, cancel);
            },
            cancel);

    private static async Task<Outcome<CellSnapshots>> PinAsync(
        HyperplaneDb db, CellState state, ulong version, CancellationToken cancel)
    {
        string cell = state.Cell;
        if (state.PinnedVersion == (long)version)
            return await DoneAsync(db, state, changed: false, cancel);
        List<bool> kept = await db.Database.SqlQuery<bool>(
            $"""
            select body is not null as "Value" from cell_snapshots where cell = {cell} and version = {(long)version}
            """).ToListAsync(cancel);
        if (kept.Count == 0)
            return NoVersion<CellSnapshots>(cell, version);
        if (!kept[0])
            return NoContent<CellSnapshots>(cell, version);
        await db.Database.ExecuteSqlAsync(
            $"update cell_versions set pinned_version = {(long)version} where cell = {cell}", cancel);
        // What tenants asked for later is in force no more.
        await db.Database.ExecuteSqlAsync(
            $"delete from compiled_generations where cell = {cell} and version > {(long)version}", cancel);
        return await AgainAsync(db, cell, cancel);
    }

    private Task<Outcome<CellSnapshots>> ChangeAsync(
        string cell,
        string action,
        Func<HyperplaneDb, CellState, Task<Outcome<CellSnapshots>>> change,
        CancellationToken cancel) =>
        session.WriteAsync(
            null,
            async db =>
            {
                await db.Database.ExecuteSqlAsync(
                    $"select 1 from cell_versions where cell = {cell} for update", cancel);
                if (await StateAsync(db, cell, cancel) is not { } state)
                    return Refuse.NotFound<CellSnapshots>("cell", cell);
                Outcome<CellSnapshots> outcome = await change(db, state);
                if (outcome is Outcome<CellSnapshots>.Done { Changed: true })
                {
                    db.Record(session.Now, null, action, cell);
                    db.Touch(session.Now, [cell]);
                }

                return outcome;
            },
            cancel);

    private static async Task<Outcome<CellSnapshots>> AgainAsync(
        HyperplaneDb db, string cell, CancellationToken cancel) =>
        await DoneAsync(db, (await StateAsync(db, cell, cancel))!, changed: true, cancel);

    private static async Task<Outcome<CellSnapshots>> DoneAsync(
        HyperplaneDb db, CellState state, bool changed, CancellationToken cancel)
    {
        List<IPAddress> kept = await db.Database.SqlQuery<IPAddress>(
            $"""
            select address as "Value" from kept_vips where cell = {state.Cell} order by address limit {MostLines}
            """).ToListAsync(cancel);
        return new Outcome<CellSnapshots>.Done(
            new CellSnapshots(
                state.Cell,
                (ulong)state.Version,
                (RolloutPhase)state.Phase,
                state.Reason,
                (ulong?)state.PinnedVersion,
                state.RestoredAt,
                [.. kept.Select(address => address.ToString())]),
            changed);
    }

    private static async Task<CellState?> StateAsync(HyperplaneDb db, string cell, CancellationToken cancel) =>
        (await db.Database.SqlQuery<CellState>(
            $"""
            select v.cell as "Cell", v.version as "Version", v.pinned_version as "PinnedVersion",
                   v.restored_at as "RestoredAt",
                   case when v.turn <= coalesce(r.proven, 0) then 0::smallint else greatest(r.phase, 1::smallint) end
                     as "Phase",
                   case when v.turn <= coalesce(r.proven, 0) then null else r.reason end as "Reason"
            from cell_versions v left join cell_rollouts r on r.cell = v.cell where v.cell = {cell}
            """).ToListAsync(cancel)).SingleOrDefault();

    private static async Task<ulong?> MostRunAsync(HyperplaneDb db, string cell, CancellationToken cancel)
    {
        List<long> run = await db.Database.SqlQuery<long>(
            $"""
            select r.running_version as "Value" from node_reports r join nodes n on n.id = r.node_id
            where n.cell = {cell} and r.running_version > 0
            group by r.running_version order by count(*) desc, r.running_version limit 1
            """).ToListAsync(cancel);
        return run.Count == 0 ? null : (ulong)run[0];
    }

    private static async Task<IReadOnlyList<SnapshotInfo>> InfosAsync(
        HyperplaneDb db, CellState state, ulong? version, CancellationToken cancel)
    {
        string cell = state.Cell;
        long? only = (long?)version;
        List<SnapshotLine> lines = await db.Database.SqlQuery<SnapshotLine>(
            $"""
            select s.version as "Version", s.made_at as "MadeAt", s.total_bytes as "TotalBytes",
                   s.turn = s.version as "BeginsTurn", s.changes::text as "Changes",
                   s.pinned_version as "PinnedVersion", s.body is not null as "IsKept",
                   (select count(*)::int from node_reports r join nodes n on n.id = r.node_id
                    where n.cell = s.cell and r.running_version = s.version) as "RunningNodes"
            from cell_snapshots s where s.cell = {cell} and ({only}::bigint is null or s.version = {only}::bigint)
            order by s.version desc limit {MostLines}
            """).ToListAsync(cancel);
        ILookup<long, SnapshotRefusal> refusals =
            (await db.Nodes.AsNoTracking().Where(node => node.Cell == cell)
                .Join(db.NodeReports, node => node.Id, report => report.NodeId, (node, report) => new
                {
                    node.Name, report.RefusedVersion, report.Refusal,
                })
                .Where(one => one.RefusedVersion > 0).OrderBy(one => one.Name).ToListAsync(cancel))
            .ToLookup(one => one.RefusedVersion, one => new SnapshotRefusal(one.Name, one.Refusal ?? string.Empty));
        return [.. lines.Select(line => View(state, line, [.. refusals[line.Version]]))];
    }

    private static SnapshotInfo View(CellState state, SnapshotLine line, IReadOnlyList<SnapshotRefusal> refusals)
    {
        bool isWanted = line.Version == state.Version;
        return new SnapshotInfo(
            state.Cell,
            (ulong)line.Version,
            line.MadeAt,
            line.TotalBytes,
            !line.BeginsTurn,
            JsonSerializer.Deserialize<List<SnapshotChangeCount>>(line.Changes) ?? [],
            line.RunningNodes,
            refusals,
            line.IsKept,
            isWanted,
            isWanted ? (RolloutPhase)state.Phase : null,
            isWanted ? state.Reason : null,
            (ulong?)line.PinnedVersion);
    }

    private static Outcome<T>.Refused NoVersion<T>(string cell, ulong version) =>
        Refuse.NotFound<T>("snapshot", string.Create(CultureInfo.InvariantCulture, $"{cell}/{version}"));

    private static Outcome<T>.Refused NoContent<T>(string cell, ulong version) => Refuse.With<T>(
        RefusalKind.Conflict,
        "snapshot_not_kept",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The content of version {version} of cell {cell} is not kept, only the last {SnapshotArchive.Bodies}."));
}
