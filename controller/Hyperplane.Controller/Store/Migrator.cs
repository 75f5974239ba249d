using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Store;

/// <summary>Brings the database to this program's shape; any number of processes may do so at the same time.</summary>
internal sealed class Migrator(Database database)
{
    private const long LockKey = 0x6879_7065_7270_6c01;

    /// <summary>
    /// Applies what is missing. EF's own lock does not cover an empty database, so ours is around it.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancel)
    {
        await using HyperplaneDb db = database.Bare();
        await db.Database.OpenConnectionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_lock({LockKey})", cancel);
        try
        {
            await db.Database.MigrateAsync(cancel);
        }
        finally
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }
}
