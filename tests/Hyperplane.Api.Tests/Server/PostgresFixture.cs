using Hyperplane.Api.Tests.Server;
using Hyperplane.Lab;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Hyperplane.Api.Tests.Server;

/// <summary>One private PostgreSQL for the whole run; none where it cannot be made.</summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lazy<PostgresCluster> _cluster = new(() => PostgresCluster.Create());

    /// <summary>An empty database; skips the test where there can be none.</summary>
    public string CreateDatabase()
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        return _cluster.Value.CreateDatabase();
    }

    public void Dispose()
    {
        if (_cluster.IsValueCreated)
            _cluster.Value.Dispose();
    }
}
