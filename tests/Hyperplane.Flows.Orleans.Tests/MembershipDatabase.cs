using Hyperplane.Flows.Orleans.Tests;
using Hyperplane.Lab;
using Npgsql;

[assembly: AssemblyFixture(typeof(MembershipDatabase))]
// Two cells' silos on a few cores would starve each other and be taken for dead.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>A private PostgreSQL with Orleans' membership tables, for the whole run.</summary>
/// <remarks>The scripts that make the tables are Orleans': HYPERPLANE_ORLEANS_SCRIPTS names a folder with
/// them.</remarks>
public sealed class MembershipDatabase : IDisposable
{
    private const string Folder = "HYPERPLANE_ORLEANS_SCRIPTS";

    private static readonly string[] Scripts =
        ["PostgreSQL-Main.sql", "PostgreSQL-Clustering.sql", "PostgreSQL-Clustering-3.7.0.sql"];

    private readonly Lazy<(PostgresCluster Cluster, string Connection)> _made = new(Make);

    /// <summary>Skips the test where there can be none.</summary>
    public string Connection
    {
        get
        {
            Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
            Assert.SkipUnless(
                System.IO.Directory.Exists(Environment.GetEnvironmentVariable(Folder)),
                $"needs {Folder}: a folder with {string.Join(", ", Scripts)}");
            return _made.Value.Connection;
        }
    }

    public void Dispose()
    {
        if (_made.IsValueCreated)
            _made.Value.Cluster.Dispose();
    }

    private static (PostgresCluster Cluster, string Connection) Make()
    {
        PostgresCluster cluster = PostgresCluster.Create();
        string connection = cluster.CreateDatabase();
        using var database = new NpgsqlConnection(connection);
        database.Open();
        foreach (string script in Scripts)
        {
            using NpgsqlCommand command = database.CreateCommand();
            command.CommandText = File.ReadAllText(
                Path.Combine(Environment.GetEnvironmentVariable(Folder)!, script));
            command.ExecuteNonQuery();
        }
        return (cluster, connection);
    }
}
