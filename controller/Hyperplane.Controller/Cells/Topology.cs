using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Cells;

/// <summary>One operator's change at a time: pools and addresses are checked against all others.</summary>
internal static class Topology
{
    private const long LockKey = 0x6879_7065_7270_6c02;

    /// <summary>Waits for the changes before this one; released at the end of the transaction.</summary>
    public static Task LockAsync(HyperplaneDb db, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({LockKey})", cancel);
}
