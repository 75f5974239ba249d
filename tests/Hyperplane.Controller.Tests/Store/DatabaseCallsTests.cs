using System.Data.Common;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller.Tests.Store;

/// <summary>Works while connections break and servers are away.</summary>
public sealed class DatabaseCallsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_is_not_multiplied_by_retries()
    {
        await using var server = new DeafServer();
        await using ServiceProvider services = Services(server.ConnectionString);
        Database database = services.GetRequiredService<Database>();

        for (int work = 0; work < 50; work++)
        {
            Exception failure = await Assert.ThrowsAnyAsync<Exception>(() =>
                database.RunAsync(null, _ => Task.FromResult(true), Cancel));
            Assert.True(IsOutage(failure), failure.ToString());
        }

        Assert.Equal(50 + 20, server.Connections);
    }

    [Fact]
    public async Task Connections_that_ended_while_nobody_used_them_fail_no_work()
    {
        await using ServiceProvider services = Services(await postgres.CreateMigratedAsync());
        Database database = services.GetRequiredService<Database>();
        Task<int>[] works = [.. Enumerable.Range(0, 8).Select(_ => database.RunAsync(null, CountAsync, Cancel))];
        await Task.WhenAll(works);

        await database.RunAsync(null, EndOthersAsync, Cancel);

        for (int work = 0; work < 8; work++)
            Assert.Equal(0, await database.RunAsync(null, CountAsync, Cancel));
    }

    [Fact]
    public async Task A_work_that_lost_its_connection_half_way_is_not_begun_anew()
    {
        await using ServiceProvider services = Services(await postgres.CreateMigratedAsync());
        Database database = services.GetRequiredService<Database>();
        int begun = 0;

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => database.RunAsync(
            null,
            async db =>
            {
                begun++;
                await db.Database.ExecuteSqlAsync(
                    $"set role hp; select pg_terminate_backend(pg_backend_pid())", Cancel);
                return await CountAsync(db);
            },
            Cancel));

        Assert.True(IsOutage(failure) || failure is DbException { SqlState: "57P01" }, failure.ToString());
        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task A_work_that_met_another_one_is_begun_anew_ten_times_at_most()
    {
        await using ServiceProvider services = Services(await postgres.CreateMigratedAsync());
        Database database = services.GetRequiredService<Database>();
        int begun = 0;

        await Assert.ThrowsAsync<RetryWorkException>(() => database.RunAsync<int>(
            null,
            _ =>
            {
                begun++;
                throw new RetryWorkException();
            },
            Cancel));

        Assert.Equal(Database.MaxAttempts, begun);
    }

    private static ServiceProvider Services(string connectionString) => new ServiceCollection().AddLogging()
        .AddHyperplaneController(new ControllerOptions { ConnectionString = connectionString }).BuildServiceProvider();

    private static Task<int> CountAsync(HyperplaneDb db) => db.NodeCertificates.CountAsync(Cancel);

    private static async Task<bool> EndOthersAsync(HyperplaneDb db)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            set role hp;
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """,
            Cancel);
        return true;
    }

    private static bool IsOutage(Exception failure) =>
        failure is DbException { IsTransient: true } || (failure.InnerException is { } inner && IsOutage(inner));
}
