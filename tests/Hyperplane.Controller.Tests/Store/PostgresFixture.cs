using Hyperplane.Controller.Tests.Store;
using Hyperplane.Lab;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Hyperplane.Controller.Tests.Store;

/// <summary>One PostgreSQL for all tests of the assembly, with a migrated database to copy.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _copying = new(1);
    private PostgresCluster? _cluster;
    private string _template = string.Empty;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!PostgresCluster.Met)
            return;
        _cluster = PostgresCluster.Create();
        _template = _cluster.CreateDatabase();
        await using ServiceProvider services = new ServiceCollection().AddLogging()
            .AddHyperplaneController(new ControllerOptions { ConnectionString = _template }).BuildServiceProvider();
        await services.MigrateHyperplaneAsync();
    }

    /// <summary>An empty database: nothing is migrated.</summary>
    public string CreateEmpty() => Cluster.CreateDatabase();

    /// <summary>A migrated database of the caller's own.</summary>
    public Task<string> CreateMigratedAsync() => CopyAsync(_template);

    /// <summary>A copy of a database that nobody is connected to.</summary>
    public async Task<string> CopyAsync(string connectionString)
    {
        PostgresCluster cluster = Cluster;
        await _copying.WaitAsync();
        try
        {
            return await Task.Run(() => cluster.CreateDatabase(connectionString));
        }
        finally
        {
            _copying.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        _copying.Dispose();
        return ValueTask.CompletedTask;
    }

    private PostgresCluster Cluster
    {
        get
        {
            Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
            return _cluster!;
        }
    }
}
