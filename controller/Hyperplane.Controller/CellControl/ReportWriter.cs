using System.Text.Json;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Stats;
using Hyperplane.Controller.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace Hyperplane.Controller.CellControl;

/// <summary>Writes reports to the status tables: at once when idle, all that came meanwhile when busy.</summary>
/// <remarks>One transaction a round; a notice is sent only when something changed that a status shows.</remarks>
internal sealed partial class ReportWriter(
    Database database, ReportInbox inbox, TimeProvider time, ILogger<ReportWriter> log) : BackgroundService
{
    private const string ReportSql =
        """
        insert into node_reports (node_id, start, running_version, refused_version, refusal, draining, peers, announced,
                                  counters, reported_at, unserved_groups, targets_hash)
        select id, $2, $3, $4, $5, $6, $7::jsonb, $8, $9::jsonb, $10, $11, case when $13 then ''::bytea else $12 end
        from nodes where id = $1
        on conflict (node_id) do update set
          start = excluded.start, running_version = excluded.running_version,
          refused_version = excluded.refused_version, refusal = excluded.refusal, draining = excluded.draining,
          peers = excluded.peers, announced = excluded.announced, counters = excluded.counters,
          reported_at = excluded.reported_at, unserved_groups = excluded.unserved_groups,
          targets_hash = case when $13 then node_reports.targets_hash else excluded.targets_hash end
        where node_reports.start <= excluded.start
        """;

    private const string VotesSql =
        """
        insert into target_votes (
          target_number, node_id, tenant_id, target_group_id, cell, state, reason, detail, vote, sent, received,
          checked_at)
        select t.number, n.id, t.tenant_id, t.target_group_id, n.cell, v.state, v.reason, v.detail, v.vote, v.sent,
               v.received, v.checked_at
        from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[],
                    $9::timestamptz[])
          v (number, state, reason, detail, vote, sent, received, checked_at)
        join targets t on t.number = v.number join nodes n on n.id = $1
        on conflict (target_number, node_id) do update set
          state = excluded.state, reason = excluded.reason, detail = excluded.detail, vote = excluded.vote,
          sent = excluded.sent, received = excluded.received, checked_at = excluded.checked_at
        where (target_votes.state, target_votes.reason, target_votes.detail, target_votes.vote, target_votes.sent,
               target_votes.received)
          is distinct from
          (excluded.state, excluded.reason, excluded.detail, excluded.vote, excluded.sent, excluded.received)
        """;

    private const string WrittenSql = "select node_id, targets_hash from node_reports where node_id = any($1)";
    private const string GoneSql = "delete from target_votes where node_id = $1 and target_number = any($2)";

    // "<> all" would compare each of the node's votes with all of the list.
    private const string OthersSql =
        """
        delete from target_votes v where v.node_id = $1
          and not exists (select 1 from unnest($2::bigint[]) t (number) where t.number = v.target_number)
        """;

    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(5);
    private readonly Dictionary<int, NodeMemory> _memory = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ResiliencePipeline<Task> writes = database.Calls.Unending<Task>();
        try
        {
            while (true)
            {
                Task arrived = await writes.ExecuteAsync(async stop => await WriteAllAsync(stop), stoppingToken);
                await AsyncSignal.WaitAsync(arrived, IdleWait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Writes what came; gives the signal of what comes next.</summary>
    private async Task<Task> WriteAllAsync(CancellationToken cancel)
    {
        Task arrived = inbox.Arrived.NextAsync();
        IReadOnlyList<ReceivedReport> reports = inbox.TakeAll();
        try
        {
            if (reports.Count > 0)
                await WriteAsync(reports, cancel);
            return arrived;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
        {
            LogFailed(log, reports.Count, failure.Message);
            foreach (ReceivedReport report in reports)
            {
                _memory.Remove(report.NodeId);
                inbox.Forget(report.NodeId);
                inbox.PutBack(report);
            }

            throw;
        }
    }

    private async Task WriteAsync(IReadOnlyList<ReceivedReport> reports, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "select set_config('role', 'hyperplane_system', true)");
        var written =
            new List<(NodeMemory Memory, ReceivedReport Received, VoteChanges Votes, byte[] Counts)>(reports.Count);
        Dictionary<int, ByteString> hashes = await ReadHashesAsync(connection, reports, cancel);
        bool news = false;
        foreach (ReceivedReport received in reports)
        {
            if (!_memory.TryGetValue(received.NodeId, out NodeMemory? memory))
                _memory[received.NodeId] = memory = new NodeMemory();
            // Another controller wrote another list.
            if (!memory.Targets.Hash.Equals(hashes.GetValueOrDefault(received.NodeId, ByteString.Empty)))
            {
                memory.ForgetVotes();
                inbox.Forget(received.NodeId);
            }

            VoteChanges votes = memory.Compare(received.Report);
            AddReport(batch, received);
            AddVotes(batch, received, memory, votes);
            news |= memory.IsNews(received.Report) || !votes.IsEmpty;
            byte[] counts = CountRows.Of(received.Report);
            if (!memory.KnowsCountersOf(received.Report.Start))
                await CounterWriter.BeginAsync(
                    batch, connection, received.NodeId, received.Report.Start, counts, cancel);
            else if (memory.HasCounted(counts))
                CounterWriter.Add(batch, received.NodeId, received.Report.Start, counts);
            written.Add((memory, received, votes, counts));
        }

        if (news)
            Add(batch, "select pg_notify('hyperplane_status', '')");
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        foreach ((NodeMemory memory, ReceivedReport received, VoteChanges votes, byte[] counts) in written)
        {
            memory.Remember(received.Report, votes, counts);
            if (!received.Report.TargetsLeftOut)
                inbox.Keep(received.NodeId, memory.Targets);
        }
    }

    /// <summary>The hashes of the lists whose targets are written, by node.</summary>
    private static async Task<Dictionary<int, ByteString>> ReadHashesAsync(
        NpgsqlConnection connection, IReadOnlyList<ReceivedReport> reports, CancellationToken cancel)
    {
        var hashes = new Dictionary<int, ByteString>(reports.Count);
        await using var command = new NpgsqlCommand(WrittenSql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = reports.Select(one => one.NodeId).ToArray() });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            hashes[reader.GetInt32(0)] = ByteString.CopyFrom((byte[])reader[1]);
        return hashes;
    }

    private static void AddReport(NpgsqlBatch batch, ReceivedReport received)
    {
        NodeReport report = received.Report;
        NodePeer[] peers =
        [
            .. report.Peers.Select(peer => new NodePeer(
                ReportLimits.Text(peer.Address) ?? string.Empty,
                ReportLimits.Text(peer.State) ?? string.Empty,
                (int)Math.Min(peer.PrefixesSent, int.MaxValue),
                ReportLimits.Text(peer.LastError))),
        ];
        var counters = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (Counter counter in report.Counters)
            counters[ReportLimits.Text(counter.Name) ?? string.Empty] = counter.Value;
        Add(
            batch,
            ReportSql,
            received.NodeId,
            (long)report.Start,
            (long)report.RunningVersion,
            (long)report.RefusedVersion,
            (object?)ReportLimits.Text(report.Refusal) ?? DBNull.Value,
            report.Draining,
            JsonSerializer.Serialize(peers),
            report.Announced.Select(prefix => prefix.Replace('\0', '?')).ToArray(),
            JsonSerializer.Serialize(counters),
            received.At,
            report.UnservedGroups.Select(group => group.Replace('\0', '?')).ToArray(),
            report.TargetsHash.ToByteArray(),
            report.TargetsLeftOut);
    }

    private static void AddVotes(NpgsqlBatch batch, ReceivedReport received, NodeMemory memory, VoteChanges votes)
    {
        if (received.Report.TargetsLeftOut)
            return;
        if (!memory.HasVotes)
            Add(batch, OthersSql, received.NodeId, votes.Changed.Select(target => (long)target.TargetId).ToArray());
        else if (votes.Gone.Count > 0)
            Add(batch, GoneSql, received.NodeId, votes.Gone.Select(target => (long)target).ToArray());
        if (votes.Changed.Count > 0)
            Add(
                batch,
                VotesSql,
                received.NodeId,
                votes.Changed.Select(target => (long)target.TargetId).ToArray(),
                votes.Changed.Select(target => (short)target.State).ToArray(),
                votes.Changed.Select(target => ReportLimits.Text(target.Reason)).ToArray(),
                votes.Changed.Select(target => ReportLimits.Text(target.Detail)).ToArray(),
                votes.Changed.Select(VoteOf).ToArray(),
                votes.Changed.Select(target => ReportLimits.Text(target.Sent)).ToArray(),
                votes.Changed.Select(target => ReportLimits.Text(target.Received)).ToArray(),
                votes.Changed.Select(target => ReportLimits.Time(target.CheckedAtMs)).ToArray());
    }

    /// <summary>What the node's own checks say: healthy, unhealthy, or nothing yet.</summary>
    private static short VoteOf(TargetHealth target) => (target.HasVote ? target.Vote : target.State) switch
    {
        TargetHealth.Types.State.Healthy => 1,
        TargetHealth.Types.State.Unhealthy or TargetHealth.Types.State.UnhealthyDraining => 2,
        _ => 0,
    };

    internal static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    [LoggerMessage(
        2201, LogLevel.Warning, "{Count} reports could not be written: {Reason}; they are kept and tried again")]
    private static partial void LogFailed(ILogger log, int count, string reason);
}
