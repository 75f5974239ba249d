using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What a node gets that runs nothing while the newest snapshot is not for every node yet.</summary>
internal sealed class ProvenSnapshots(Database database)
{
    /// <summary>The newest that every node may have; null when there is none that this one could take.</summary>
    public async Task<CompiledSnapshot?> FindAsync(AskRequest request, ulong proven, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await using (var role =
            new NpgsqlCommand("select set_config('role', 'hyperplane_system', true)", connection))
            await role.ExecuteNonQueryAsync(cancel);
        if (await SnapshotArchive.NewestProvenAsync(connection, request.Cell, proven, cancel) is not { } newest
            || newest.Version < request.HighestVersion
            || await SnapshotArchive.ReadAsync(connection, request.Cell, newest.Version, cancel) is not { } data)
            return null;
        var snapshot = new CompiledSnapshot(Snapshot.Parser.ParseFrom(data), data, newest.Turn);
        return snapshot.NodeIds.ContainsKey(request.Node) ? snapshot : null;
    }
}
