using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>A load balancer's state as server-sent events.</summary>
public sealed class WatchTests
{
    private const string Path = "/v1/load-balancers/lb-web/watch";
    private const int Patience = 10_000;
    private static readonly ResourceStatus Active = new(
        ProvisioningStatus.Active, OperatingStatus.Healthy, 1, true, []);

    [Fact]
    public async Task It_begins_with_what_is_and_tells_each_change_until_it_is_gone()
    {
        await using ApiHost host = await StartAsync();
        using EventReader watch = await OpenAsync(host);
        WatchEvent first = await StateAsync(watch);
        Assert.Equal(("state", "1", "pending"), (first.Name, first.Id, first.Provisioning));
        Fake(host).Become("shop", "lb-web", Active);
        WatchEvent second = await StateAsync(watch);
        Assert.Equal(("state", "active"), (second.Name, second.Provisioning));
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web")).BodyIs(second.Data.GetRawText());
        Fake(host).Vanish("shop", "lb-web");
        WatchEvent last = await StateAsync(watch);
        Assert.Equal(("deleted", "active"), (last.Name, last.Provisioning));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task What_is_woken_without_news_tells_nothing()
    {
        await using ApiHost host = await StartAsync();
        using EventReader watch = await OpenAsync(host);
        await StateAsync(watch);
        Fake(host).Become("shop", "lb-web", MemoryStore.Pending with { Conditions = [] });
        Fake(host).Become("shop", "lb-web", Active);
        Assert.Equal("active", (await StateAsync(watch)).Provisioning);
    }

    [Fact]
    public async Task A_watch_without_news_sends_comments()
    {
        await using ApiHost host = await StartAsync(Unlimited with { WatchKeepAlive = TimeSpan.FromMilliseconds(10) });
        using EventReader watch = await OpenAsync(host);
        await StateAsync(watch);
        Assert.Equal("", (await watch.NextAsync())!.Name);
        Assert.Equal("", (await watch.NextAsync())!.Name);
    }

    [Fact]
    public async Task Watching_what_is_not_there_is_404()
    {
        await using ApiHost host = await StartAsync();
        (await host.SendAsync("GET", "/v1/load-balancers/lb-none/watch")).IsProblem(404, "not_found");
        (await host.SendAsync("GET", Path, key: "bank-key")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_key_may_have_so_many_open_and_all_keys_so_many()
    {
        await using ApiHost host = await StartAsync(Unlimited with { WatchesPerKey = 1, Watches = 2 });
        EventReader watch = await OpenAsync(host);
        await StateAsync(watch);
        (await host.SendAsync("GET", Path)).IsProblem(429, "rate_limited");
        using EventReader other = await OpenAsync(host, "shop-reader");
        await StateAsync(other);
        Answer full = await host.SendAsync("GET", Path, key: "bank-key");
        full.IsProblem(503, "unavailable");
        Assert.Equal("5", full.Headers["Retry-After"]);
        watch.Dispose();
        for (int i = 0; i < Patience && (await host.SendAsync("GET", Path, key: "bank-key")).Status == 503; i++)
            await Task.Yield();
        (await host.SendAsync("GET", Path, key: "bank-key")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task It_ends_when_the_key_is_revoked()
    {
        await using ApiHost host = await StartAsync(Unlimited with { WatchKeepAlive = TimeSpan.FromMilliseconds(10) });
        using EventReader watch = await OpenAsync(host);
        await StateAsync(watch);
        host.Fake<MemoryTenants, ITenants>().Revoked = "shop-key";
        WatchEvent? next;
        do
        {
            next = await watch.NextAsync();
        }
        while (next is { Name: "" });
        Assert.Null(next);
    }

    [Fact]
    public async Task It_ends_when_the_host_stops()
    {
        await using ApiHost host = await StartAsync();
        using EventReader watch = await OpenAsync(host);
        await StateAsync(watch);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Null(await watch.NextAsync());
    }

    private static ApiOptions Unlimited { get; } = new() { RequestsPerSecond = 0, RefusedPerSecond = 0 };

    private static async Task<ApiHost> StartAsync(ApiOptions? options = null)
    {
        ApiHost host = await ApiHost.StartAsync(options);
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        return host;
    }

    private static Task<EventReader> OpenAsync(ApiHost host, string key = "shop-key") =>
        EventReader.OpenAsync(host.Client, Path, key);

    private static async Task<WatchEvent> StateAsync(EventReader watch) =>
        await watch.NextAsync() ?? throw new InvalidOperationException("the watch ended");

    private static MemoryLoadBalancers Fake(ApiHost host) => host.Fake<MemoryLoadBalancers, ILoadBalancers>();
}
