using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.Server;

/// <summary>The whole server while its database is away.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task While_the_database_is_away_every_answer_says_so_and_the_process_lives_on()
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        RunningServer server;
        string[] addresses;
        using (var cluster = PostgresCluster.Create())
            (server, addresses) = await RunningServer.StartAsync(cluster.CreateDatabase(), "api", parts: 1);

        await using (server)
        {
            using var client = new ApiClient(addresses[0]);
            (await client.SendAsync("GET", "/v1/tenants", null, RunningServer.OperatorKey))
                .IsProblem(503, "unavailable");
            (await client.SendAsync("POST", "/v1/tenants", """{"name":"shop"}""", RunningServer.OperatorKey))
                .IsProblem(503, "unavailable");
            Assert.Equal(200, (await client.SendAsync("GET", "/healthz", null, null)).Status);
            Assert.Equal(0, await server.StopAsync());
        }
    }
}
