using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Sees from a node's question that the store was restored from an old copy: the node accepted a version that
/// the store has not made yet, or runs one that it never made.</summary>
internal sealed class FallenStore(Database database, KeptVipStore kept)
{
    // Of versions older than those that are remembered nothing can be said.
    private const string KnownSql =
        """
        select v.version,
               exists (select 1 from cell_snapshots where cell = $1 and hash = $2)
                 or not exists (select 1 from cell_snapshots where cell = $1 and version <= $3)
        from cell_versions v where v.cell = $1
        """;

    /// <summary>The version to jump above, or to compile anew at; null when nothing is strange. What the node keeps is
    /// taken over.</summary>
    /// <remarks>What this controller has says nothing of the store: others make versions too.</remarks>
    public async Task<ulong?> FindAsync(
        AskRequest request, CellSlot slot, CompiledSnapshot current, CancellationToken cancel)
    {
        if (request.KeptVips.Count > 0
            && await kept.TakeAsync(
                request.Cell, request.HighestVersion, request.KeptVips, request.KeptGroups, cancel))
            return request.HighestVersion;
        bool isAhead = request.HighestVersion > current.Version;
        // An operator said that whoever runs an older one may lose anything.
        bool mayRunAny = request.RunningHash.IsEmpty || request.HighestVersion < current.RemovalsVersion
            || slot.Knows(request.RunningHash);
        if (!isAhead && mayRunAny)
            return null;
        if (await ReadAsync(request, cancel) is not var (version, isKnown))
            return null;
        if (request.HighestVersion > version)
            return request.HighestVersion;
        if (!isKnown && !mayRunAny)
            return Math.Max(request.HighestVersion, 1);
        if (!mayRunAny)
            slot.Learn(request.RunningHash);
        return null;
    }

    /// <summary>The newest version that the store made of the cell, and whether it made what the node runs.</summary>
    private async Task<(ulong Version, bool IsKnown)?> ReadAsync(AskRequest request, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select set_config('role', 'hyperplane_system', true)"),
                new NpgsqlBatchCommand(KnownSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter { Value = request.Cell },
                        new NpgsqlParameter { Value = request.RunningHash.ToByteArray() },
                        new NpgsqlParameter { Value = (long)request.HighestVersion },
                    },
                },
            },
        };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        return await reader.ReadAsync(cancel) ? ((ulong)reader.GetInt64(0), reader.GetBoolean(1)) : null;
    }
}
