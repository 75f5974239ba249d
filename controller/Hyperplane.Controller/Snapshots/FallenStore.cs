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
        select exists (select 1 from cell_snapshots where cell = $1 and hash = $2)
          or not exists (select 1 from cell_snapshots where cell = $1 and version <= $3)
        """;

    /// <summary>The version to jump above, or to compile anew at; null when nothing is strange. What the node keeps is
    /// taken over.</summary>
    public async Task<ulong?> FindAsync(
        AskRequest request, CellSlot slot, CompiledSnapshot current, CancellationToken cancel)
    {
        if (request.KeptVips.Count > 0
            && await kept.TakeAsync(
                request.Cell, request.HighestVersion, request.KeptVips, request.KeptGroups, cancel))
            return request.HighestVersion;
        if (request.HighestVersion > current.Version)
            return request.HighestVersion;
        // An operator said that whoever runs an older one may lose anything.
        if (request.RunningHash.IsEmpty || request.HighestVersion < current.RemovalsVersion
            || slot.Knows(request.RunningHash))
            return null;
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
        await reader.ReadAsync(cancel);
        if (!reader.GetBoolean(0))
            return Math.Max(request.HighestVersion, 1);
        slot.Learn(request.RunningHash);
        return null;
    }
}
