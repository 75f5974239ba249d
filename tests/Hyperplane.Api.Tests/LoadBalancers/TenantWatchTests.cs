using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>All load balancers of a tenant as server-sent events.</summary>
public sealed class TenantWatchTests
{
    private const string Path = "/v1/load-balancers:watch";
    private static readonly ResourceStatus Active = new(
        ProvisioningStatus.Active, OperatingStatus.Healthy, 1, true, []);

    private static ApiOptions Unlimited { get; } = new() { RequestsPerSecond = 0, RefusedPerSecond = 0 };

    [Fact]
    public async Task It_tells_all_then_each_change_and_each_end()
    {
        await using ApiHost host = await StartAsync(Unlimited, "web", "api");
        using EventReader watch = await EventReader.OpenAsync(host.Client, Path, "shop-key");
        Assert.Equal(["state api", "state web"], [.. new[] { await ToldAsync(watch), await ToldAsync(watch) }.Order()]);
        Assert.Equal("synced ", await ToldAsync(watch));
        Fake(host).Become("shop", "lb-web", Active);
        WatchEvent? changed = await watch.NextAsync();
        Assert.Equal(("state", "active"), (changed?.Name, changed?.Provisioning));
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web")).BodyIs(changed!.Data.GetRawText());
        Fake(host).Vanish("shop", "lb-api");
        Assert.Equal("deleted api", await ToldAsync(watch));
        await CreateAsync(host, "late");
        Fake(host).Become("shop", "lb-late", Active);
        Assert.Equal("state late", await ToldAsync(watch));
    }

    [Fact]
    public async Task A_tenant_hears_nothing_of_others_and_without_any_that_all_was_told()
    {
        await using ApiHost host = await StartAsync(
            Unlimited with { WatchKeepAlive = TimeSpan.FromMilliseconds(10) }, "web");
        using EventReader watch = await EventReader.OpenAsync(host.Client, Path, "bank-key");
        Assert.Equal("synced ", await ToldAsync(watch));
        Fake(host).Become("shop", "lb-web", Active);
        Assert.Equal(" ", await ToldAsync(watch));
    }

    [Fact]
    public async Task A_reader_who_takes_too_long_is_told_so_and_cut_off()
    {
        await using ApiHost host = await StartAsync(Unlimited with { WatchSlowest = TimeSpan.Zero }, "web");
        using EventReader watch = await EventReader.OpenAsync(host.Client, Path, "shop-key");
        Assert.Equal("state web", await ToldAsync(watch));
        Assert.Equal("synced ", await ToldAsync(watch));
        WatchEvent? cut = await watch.NextAsync();
        Assert.Equal(("cut", "slow_reader"), (cut?.Name, cut?.Data.GetProperty("reason").GetString()));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task More_than_a_watch_holds_are_not_told()
    {
        await using ApiHost host = await StartAsync(Unlimited);
        for (int i = 0; i <= 1_000; i++)
            await CreateAsync(host, $"web-{i}");
        using EventReader watch = await EventReader.OpenAsync(host.Client, Path, "shop-key");
        WatchEvent? cut = await watch.NextAsync();
        Assert.Equal(("cut", "too_many"), (cut?.Name, cut?.Data.GetProperty("reason").GetString()));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task It_takes_a_place_of_its_key()
    {
        await using ApiHost host = await StartAsync(Unlimited with { WatchesPerKey = 1 }, "web");
        using EventReader watch = await EventReader.OpenAsync(host.Client, Path, "shop-key");
        Assert.Equal("state web", await ToldAsync(watch));
        (await host.SendAsync("GET", Path)).IsProblem(429, "rate_limited");
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/watch")).IsProblem(429, "rate_limited");
    }

    private static async Task<ApiHost> StartAsync(ApiOptions options, params string[] names)
    {
        ApiHost host = await ApiHost.StartAsync(options);
        foreach (string name in names)
            await CreateAsync(host, name);
        return host;
    }

    private static Task<Answer> CreateAsync(ApiHost host, string name) => host.SendAsync(
        "POST", "/v1/load-balancers", $$"""{"name":"{{name}}","zones":[{"zone":"a"}]}""");

    /// <summary>The next event with the name of its load balancer.</summary>
    private static async Task<string> ToldAsync(EventReader watch)
    {
        WatchEvent told = await watch.NextAsync() ?? throw new InvalidOperationException("the watch ended");
        bool isNamed = told.Name is "state" or "deleted";
        return $"{told.Name} {(isNamed ? told.Data.GetProperty("name").GetString() : "")}";
    }

    private static MemoryLoadBalancers Fake(ApiHost host) => host.Fake<MemoryLoadBalancers, ILoadBalancers>();
}
