using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.Store;

/// <summary>The database as one request uses it: its changes name who made them and keep the request's
/// conditions.</summary>
internal sealed class Session(Database database, ChangeScope scope)
{
    // The transaction that calls from within WriteAsOneAsync take part in.
    private readonly AsyncLocal<HyperplaneDb?> _open = new();

    /// <inheritdoc cref="Database.Now"/>
    public DateTimeOffset Now => database.Now;

    /// <inheritdoc cref="Database.RunAsync"/>
    public Task<T> RunAsync<T>(string? tenantId, Func<HyperplaneDb, Task<T>> work, CancellationToken cancel) =>
        _open.Value is { } open ? work(open) : database.RunAsync(tenantId, work, cancel);

    /// <summary>Changes as the tenant, or as the system when null; a refusal leaves nothing behind, and neither does
    /// what is only validated.</summary>
    public Task<Outcome<T>> WriteAsync<T>(
        string? tenantId, Func<HyperplaneDb, Task<Outcome<T>>> work, CancellationToken cancel) =>
        _open.Value is { } open ? PartAsync(open, work, cancel) : database.WriteAsync(scope, tenantId, work, cancel);

    /// <summary>Reads and changes of this session, called by <paramref name="work"/> as the same tenant, become one
    /// transaction: each sees those before it, and they are kept together when the whole is done.</summary>
    public Task<Outcome<T>> WriteAsOneAsync<T>(
        string tenantId, Func<Task<Outcome<T>>> work, CancellationToken cancel) =>
        database.WriteAsync(
            scope,
            tenantId,
            async db =>
            {
                _open.Value = db;
                return await work();
            },
            cancel);

    /// <summary>The refusal to change what is not as the caller believes; null when it is.</summary>
    public Outcome<T>.Refused? Objection<T>(string what, string id, long generation) => scope.Matches(generation)
        ? null
        : Refuse.With<T>(
            RefusalKind.Stale, "stale", $"The {what} {id} is at generation {generation} by now; read it again.");

    /// <summary>A part begins with nothing in memory, as if it were alone.</summary>
    private static async Task<Outcome<T>> PartAsync<T>(
        HyperplaneDb db, Func<HyperplaneDb, Task<Outcome<T>>> work, CancellationToken cancel)
    {
        Outcome<T> outcome = await work(db);
        if (outcome is Outcome<T>.Done)
            await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return outcome;
    }
}
