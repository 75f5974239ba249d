using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Resilience;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Polly.Timeout;

namespace Hyperplane.Controller.Store;

/// <summary>
/// The one door to PostgreSQL: every unit of work is a transaction that has taken a role and named its tenant.
/// </summary>
/// <remarks>
/// A tenant's work runs as <c>hyperplane_app</c> with <c>app.tenant</c> set, the system's as <c>hyperplane_system</c>;
/// both end with the transaction. So a connection as superuser obeys row-level security too. A work that met a
/// concurrent one (unique violation, deadlock, serialisation failure, <see cref="RetryWorkException"/>) is begun anew,
/// at most <see cref="MaxAttempts"/> times; one that could not begin is, out of the budget of <see cref="Calls"/>.
/// </remarks>
internal sealed class Database : IAsyncDisposable
{
    /// <summary>How often a work is tried.</summary>
    public const int MaxAttempts = 10;

    // Of a connection: planning a statement behind row-level security often costs more than running it.
    private const int PreparedStatements = 128;
    private const string AppRole = "hyperplane_app";
    private const string SystemRole = "hyperplane_system";

    // Without a connection: EF builds its services and the model once, whatever the number of databases.
    private static readonly DbContextOptions<HyperplaneDb> Options = new DbContextOptionsBuilder<HyperplaneDb>()
        .UseNpgsql().Options;
    private static readonly Polly.ResiliencePipeline Conflicts = CallPipeline.Anew(MaxAttempts, IsConcurrent);
    private readonly TimeProvider _time;
    private readonly Polly.ResiliencePipeline<(HyperplaneDb Db, IDbContextTransaction Transaction)> _beginnings;

    public Database(ControllerOptions options, TimeProvider time)
    {
        _time = time;
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        if (!connection.ShouldSerialize("Maximum Pool Size"))
            connection.MaxPoolSize = options.MaxConnections;
        if (!connection.ShouldSerialize("Max Auto Prepare"))
            (connection.MaxAutoPrepare, connection.AutoPrepareMinUsages) = (PreparedStatements, 2);
        connection.ApplicationName ??= "hyperplane";
        ConnectionString = connection.ConnectionString;
        DataSource = NpgsqlDataSource.Create(connection);
        Calls = new DatabaseCalls(time, new Random());
        _beginnings = Calls.Beginning<(HyperplaneDb Db, IDbContextTransaction Transaction)>(
            connection.Timeout > 0 ? TimeSpan.FromSeconds(connection.Timeout) : null);
    }

    /// <summary>What other calls to it go through.</summary>
    public DatabaseCalls Calls { get; }

    /// <summary>How to open a connection outside the pool.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections of the pool, for work that needs no entity.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>The time, to the millisecond: what is stored is what was answered.</summary>
    public DateTimeOffset Now
    {
        get
        {
            DateTimeOffset now = _time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }
    }

    /// <summary>A context outside any role: for the migrator alone.</summary>
    public HyperplaneDb Bare() => Open(tenantId: null);

    /// <summary>Works as the tenant, or as the system when null; what it changes is kept.</summary>
    public Task<T> RunAsync<T>(string? tenantId, Func<HyperplaneDb, Task<T>> work, CancellationToken cancel) =>
        TryAsync(tenantId, work, static _ => true, cancel);

    /// <summary>Changes as the tenant, or as the system when null; a refusal leaves nothing behind.</summary>
    public async Task<Outcome<T>> WriteAsync<T>(
        ChangeScope scope, string? tenantId, Func<HyperplaneDb, Task<Outcome<T>>> work, CancellationToken cancel)
    {
        try
        {
            return await TryAsync(tenantId, ScopedAsync, outcome => outcome is Outcome<T>.Done && !scope.ValidateOnly,
                cancel);
        }
        catch (DbUpdateException failure) when (tenantId is not null && IsTenantGone(failure))
        {
            return Refuse.NotFound<T>("tenant", tenantId);
        }

        async Task<Outcome<T>> ScopedAsync(HyperplaneDb db)
        {
            db.Scope = scope;
            Outcome<T> outcome = await work(db);
            // What the database alone refuses is found here.
            if (outcome is Outcome<T>.Done && scope.ValidateOnly)
                await db.SaveChangesAsync(cancel);
            return outcome;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    private async Task<T> TryAsync<T>(
        string? tenantId, Func<HyperplaneDb, Task<T>> work, Func<T, bool> keep, CancellationToken cancel) =>
        await Conflicts.ExecuteAsync(async stop => await OnceAsync(tenantId, work, keep, stop), cancel);

    private async Task<T> OnceAsync<T>(
        string? tenantId, Func<HyperplaneDb, Task<T>> work, Func<T, bool> keep, CancellationToken cancel)
    {
        (HyperplaneDb begun, IDbContextTransaction transaction) = await BeginAsync(tenantId, cancel);
        await using HyperplaneDb db = begun;
        await using (transaction)
        {
            T result = await work(db);
            if (keep(result))
            {
                await db.SaveChangesAsync(cancel);
                await transaction.CommitAsync(cancel);
            }

            return result;
        }
    }

    private async Task<(HyperplaneDb Db, IDbContextTransaction Transaction)> BeginAsync(
        string? tenantId, CancellationToken cancel)
    {
        try
        {
            return await _beginnings.ExecuteAsync(async stop => await BeginOnceAsync(tenantId, stop), cancel);
        }
        catch (TimeoutRejectedException late)
        {
            throw new NpgsqlException(late.Message, new TimeoutException(late.Message, late));
        }
    }

    private async Task<(HyperplaneDb Db, IDbContextTransaction Transaction)> BeginOnceAsync(
        string? tenantId, CancellationToken cancel)
    {
        HyperplaneDb db = Open(tenantId);
        try
        {
            IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancel);
            string role = tenantId is null ? SystemRole : AppRole;
            await db.Database.ExecuteSqlAsync(
                $"select set_config('role', {role}, true), set_config('app.tenant', {tenantId ?? string.Empty}, true)",
                cancel);
            return (db, transaction);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private HyperplaneDb Open(string? tenantId)
    {
        var db = new HyperplaneDb(Options, tenantId);
        db.Database.SetDbConnection(DataSource.CreateConnection(), contextOwnsConnection: true);
        return db;
    }

    private static bool IsConcurrent(Exception failure) => failure switch
    {
        RetryWorkException => true,
        DbUpdateException { InnerException: PostgresException inner } => IsConcurrent(inner),
        PostgresException database => database.SqlState
            is PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
            || IsCellGone(database),
        _ => false,
    };

    // Removed while something was being placed in it.
    private static bool IsCellGone(PostgresException failure) => failure is
    {
        SqlState: PostgresErrorCodes.ForeignKeyViolation,
        ConstraintName: { } name,
    } && name.EndsWith("_cell_fkey", StringComparison.Ordinal);

    // Deleted while its key was still believed.
    private static bool IsTenantGone(DbUpdateException failure) => failure.InnerException is PostgresException
    {
        SqlState: PostgresErrorCodes.ForeignKeyViolation,
        ConstraintName: { } name,
    } && name.EndsWith("_tenant_id_fkey", StringComparison.Ordinal);
}
