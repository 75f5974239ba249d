using System.Diagnostics;
using System.Globalization;
using Hyperplane.Lab;
using Hyperplane.Lab.Control;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>The control plane while its processes are killed again and again (SIGKILL).</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Tenants = 8;
    private const int SequencesPerTenant = 25;
    private const int LeastKills = 12;
    private const int MostFailed = 2;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_accepted_is_there_and_nothing_else_whatever_was_killed_and_when(int seed)
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using var region = new CrashRegion();
        await region.StartAsync();
        using var client = new ApiClient(region.ApiUrl);
        var tenants = new List<CrashTenant>();
        for (int number = 0; number < Tenants; number++)
            tenants.Add(new CrashTenant(client, await KeyAsync(client, region, number), (seed * 100) + number));

        long began = Stopwatch.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task work = Task.WhenAll(tenants.Select(tenant => WorkAsync(tenant, stop)));
        var killer = new Killer(region, tenants, Tenants * SequencesPerTenant, new Random(seed), output);
        await killer.RunAsync(work);
        await work;
        int accepted = tenants.Sum(one => one.Done.Values.Sum());
        output.WriteLine($"{accepted} accepted, {tenants.Sum(one => one.Repeated)} repeated, "
            + $"{killer.Kills.Sum()} kills, {killer.Pairs} times two at once, in {Seconds(began)}");
        // An outage that the API takes for a bug of its own: told with its cause, and rare.
        foreach (string failure in region.Failures)
            output.WriteLine(failure);
        Assert.InRange(tenants.Sum(one => one.Failed), 0, MostFailed);
        Assert.True(killer.Kills.Sum() >= LeastKills, $"only {killer.Kills.Sum()} kills");
        Assert.All(killer.Kills, kills => Assert.True(kills >= 2));

        long quiet = Stopwatch.GetTimestamp();
        foreach (CrashTenant tenant in tenants)
            Assert.Equal(tenant.Wanted.OrderBy(pair => pair.Key), (await tenant.SeenAsync()).OrderBy(pair => pair.Key));
        await NothingAsync(async () =>
            [.. (await Task.WhenAll(tenants.Select(one => one.PendingAsync()))).SelectMany(pending => pending)],
            Settled);
        output.WriteLine($"nothing pending after {Seconds(quiet)}; {region.Witness.Versions} versions");
        await NothingAsync(() => Task.FromResult(Behind(region)), Forgotten);
        output.WriteLine($"all agents have it after {Seconds(quiet)}");
        CheckAddresses(region);
        CheckVersions(region);
        CheckNothingTwice(region, tenants);
    }

    private static async Task WorkAsync(CrashTenant tenant, CancellationTokenSource stop)
    {
        try
        {
            await tenant.RunAsync(SequencesPerTenant, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Waits until nothing is left of something.</summary>
    private static async Task NothingAsync(Func<Task<string[]>> look, TimeSpan limit)
    {
        long began = Stopwatch.GetTimestamp();
        string[] left = await look();
        while (left.Length > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < limit, string.Join('\n', left));
            await Task.Delay(100);
            left = await look();
        }
    }

    /// <summary>Agents that do not run the newest version, and deleted load balancers that are still there.</summary>
    private static string[] Behind(CrashRegion region)
    {
        Dictionary<string, ulong> newest = region.Query("select cell, version from cell_versions")
            .Select(line => line.Split('|'))
            .ToDictionary(row => row[0], row => ulong.Parse(row[1], CultureInfo.InvariantCulture));
        return
        [
            .. region.Agents.Where(agent => agent.Version != newest[agent.Cell])
                .Select(agent => $"{agent.Node} runs {agent.Version}, not {newest[agent.Cell]}"),
            .. region.Query("select 'deleted: ' || id from load_balancers where deleted_at is not null"),
            .. region.Query("select 'in quarantine: ' || host(address) from vip_addresses where free_at is not null"),
        ];
    }

    /// <summary>No address is leaked, and the agents serve what the database says.</summary>
    private static void CheckAddresses(CrashRegion region)
    {
        string[] wanted = region.Query("select cell, host(address), load_balancer_id from load_balancer_zones");
        Assert.Equal(
            wanted.Select(line => line.Split('|')[1]).Order(StringComparer.Ordinal),
            region.Query("select host(address) from vip_addresses").Order(StringComparer.Ordinal));
        foreach (SimulatedAgent agent in region.Agents)
            Assert.Equal(
                wanted.Select(line => line.Split('|')).Where(row => row[0] == agent.Cell)
                    .Select(row => $"{row[1]} {row[2]}").Order(StringComparer.Ordinal),
                region.Witness.VipsOf(agent.Node));
    }

    /// <summary>Versions grow by one, and the store never seemed to fall behind.</summary>
    private static void CheckVersions(CrashRegion region)
    {
        Assert.Empty(region.Witness.Wrong);
        Assert.Empty(region.Query(
            """
            select cell, version from
              (select cell, version, lag(version) over (partition by cell order by version) before
               from cell_snapshots) pairs
            where version <> before + 1
            """));
        Assert.Empty(region.Query("select cell from cell_versions where restored_at is not null"));
        Assert.Empty(region.Query(
            """
            select c.cell from cell_versions c
            where c.version <> (select max(version) from cell_snapshots s where s.cell = c.cell)
            """));
    }

    /// <summary>Each accepted request was done once, and each version of a cell was made for something new.</summary>
    private static void CheckNothingTwice(CrashRegion region, IReadOnlyList<CrashTenant> tenants)
    {
        Assert.Equal(
            tenants.SelectMany(tenant => tenant.Done).GroupBy(done => done.Key)
                .Select(one => $"load_balancer.{one.Key}|{one.Sum(done => done.Value)}")
                .Order(StringComparer.Ordinal),
            region.Query(
                """
                select action, count(*) from events where action like 'load_balancer.%' group by action
                order by action collate "C"
                """));
        Assert.Empty(region.Query(
            """
            select action, resource, generation, count(*) from events where tenant_id is not null
            group by action, resource, generation having count(*) > 1
            """));
        Assert.Empty(region.Witness.Twice);
    }

    private static async Task<string> KeyAsync(ApiClient client, CrashRegion region, int number)
    {
        Answer tenant = await client.SendAsync(
            "POST", "/v1/tenants", $$"""{"name":"tenant-{{number}}"}""", region.OperatorKey);
        string id = tenant.Body.GetProperty("id").GetString()!;
        Answer key = await client.SendAsync(
            "POST", $"/v1/tenants/{id}/api-keys", """{"name":"crash"}""", region.OperatorKey);
        return key.Body.GetProperty("secret").GetString()!;
    }

    private static string Seconds(long began) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
}
