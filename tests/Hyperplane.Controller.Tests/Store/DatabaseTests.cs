using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Tests.Store;

/// <summary>How connections are made.</summary>
public sealed class DatabaseTests
{
    [Theory]
    [InlineData("Host=db", 7, 128)]
    [InlineData("Host=db;Maximum Pool Size=9;Max Auto Prepare=0", 9, 0)]
    public async Task The_pool_is_as_large_as_the_options_say_unless_the_connection_string_does(
        string connectionString, int connections, int prepared)
    {
        await using var database = new Database(
            new ControllerOptions { ConnectionString = connectionString, MaxConnections = 7 }, TimeProvider.System);
        var made = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Assert.Equal((connections, prepared), (made.MaxPoolSize, made.MaxAutoPrepare));
    }
}
