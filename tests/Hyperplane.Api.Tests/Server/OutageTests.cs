using System.Diagnostics;
using Hyperplane.Lab;
using Npgsql;

namespace Hyperplane.Api.Tests.Server;

/// <summary>The whole server while its database is away.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

    [Fact]
    public async Task A_request_whose_connection_a_server_that_goes_down_ends_is_told_to_come_back()
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        using var cluster = PostgresCluster.Create();
        string connection = cluster.CreateDatabase();
        (RunningServer server, string[] addresses) = await RunningServer.StartAsync(connection, "api", parts: 1);
        await using (server)
        {
            using var client = new ApiClient(addresses[0]);
            await using var holder = new NpgsqlConnection(connection);
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand("begin; lock table tenants in access exclusive mode", holder);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Task<Answer> asked =
                client.SendAsync("POST", "/v1/tenants", """{"name":"shop"}""", RunningServer.OperatorKey);
            const string Sql = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'";
            long began = Stopwatch.GetTimestamp();
            while (!asked.IsCompleted)
            {
                cluster.Query(connection, Sql, Patience);
                Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "it never waits");
                await Task.WhenAny(asked, Task.Delay(50, TestContext.Current.CancellationToken));
            }

            (await asked).IsProblem(503, "unavailable");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_database_hangs_requests_are_refused_at_once_and_served_as_soon_as_it_answers(
        bool isDisconnected)
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        using var cluster = PostgresCluster.Create();
        string connection = cluster.CreateDatabase();
        (RunningServer server, string[] addresses) = await RunningServer.StartAsync(connection, "api", parts: 1);
        await using (server)
        {
            using var client = new ApiClient(addresses[0]);
            Task<Answer> AskAsync() => client.SendAsync("GET", "/v1/tenants", null, RunningServer.OperatorKey);
            Assert.Equal(200, (await AskAsync()).Status);
            var caught = new List<Task<Answer>>();
            CancellationToken cancel = TestContext.Current.CancellationToken;
            long began = Stopwatch.GetTimestamp();
            // Whoever listens then has to connect anew, to a server that hangs.
            if (isDisconnected)
                cluster.Query(
                    connection,
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
                    Patience);
            cluster.Pause();
            try
            {
                while (true)
                {
                    Task<Answer> asked = AskAsync();
                    if (await Task.WhenAny(asked, Task.Delay(200, cancel)) == asked)
                    {
                        (await asked).IsProblem(503, "unavailable");
                        break;
                    }

                    // It had a connection that hangs before anybody knew.
                    caught.Add(asked);
                    Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "nobody notices");
                }

                output.WriteLine($"noticed after {Stopwatch.GetElapsedTime(began)}, {caught.Count} are caught");
                using var patience = new CancellationTokenSource(Patience);
                began = Stopwatch.GetTimestamp();
                for (int number = 0; number < 100; number++)
                {
                    Answer answer = await AskAsync().WaitAsync(patience.Token);
                    answer.IsProblem(503, "unavailable");
                    Assert.Equal("5", answer.Headers["Retry-After"]);
                }

                output.WriteLine($"100 more in {Stopwatch.GetElapsedTime(began)}");
            }
            finally
            {
                cluster.Resume();
            }

            began = Stopwatch.GetTimestamp();
            while ((await AskAsync().WaitAsync(Patience)).Status != 200)
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "it does not heal");
                await Task.Delay(100, cancel);
            }

            foreach (Answer answer in await Task.WhenAll(caught).WaitAsync(Patience, cancel))
                Assert.True(answer.Status is 200 or 503, answer.Body.GetRawText());
            output.WriteLine($"healed after {Stopwatch.GetElapsedTime(began)}");
        }
    }
}
