using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>The long poll on a load balancer's status.</summary>
public sealed class WaitTests
{
    private const string Path = "/v1/load-balancers/lb-web";
    private static readonly ResourceStatus Active = new(
        ProvisioningStatus.Active, OperatingStatus.Healthy, 1, true, []);

    [Theory]
    [InlineData("wait=31", "query:wait invalid_value")]
    [InlineData("wait=-1", "query:wait invalid_value")]
    [InlineData("wait=1.5", "query:wait invalid_value")]
    [InlineData("wait=", "query:wait invalid_value")]
    [InlineData("seen=pending", "query:seen invalid_value")]
    [InlineData("seen=0/unknown", "query:seen invalid_value")]
    [InlineData("seen=0/active/unknown", "query:seen invalid_value")]
    [InlineData("seen=0/active/healthy/more", "query:seen invalid_value")]
    [InlineData("seen=-1/active", "query:seen invalid_value")]
    public async Task A_wait_that_cannot_be_is_refused(string query, string error)
    {
        await using ApiHost host = await StartAsync();
        Answer answer = await host.SendAsync("GET", $"{Path}?{query}");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal([error], answer.Errors);
    }

    [Fact]
    public async Task A_status_that_is_news_to_the_caller_is_answered_at_once()
    {
        await using ApiHost host = await StartAsync();
        Fake(host).Become("shop", "lb-web", Active);
        Answer answer = await host.SendAsync("GET", $"{Path}?wait=30&seen=1/pending");
        Assert.Equal("active", Provisioning(answer));
        Assert.False(Fake(host).Waiting.Task.IsCompleted);
    }

    [Theory]
    [InlineData("wait=30&seen=1/pending")]
    [InlineData("wait=30&seen=1/pending/no_targets")]
    [InlineData("wait=30")]
    public async Task A_status_that_the_caller_knows_is_held_until_it_changes(string query)
    {
        await using ApiHost host = await StartAsync();
        Task<Answer> held = host.SendAsync("GET", $"{Path}?{query}");
        await Fake(host).Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(held.IsCompleted);
        Fake(host).Become("shop", "lb-web", Active);
        Assert.Equal("active", Provisioning(await held));
    }

    [Fact]
    public async Task A_change_that_the_caller_did_not_ask_about_holds_on()
    {
        await using ApiHost host = await StartAsync();
        Task<Answer> held = host.SendAsync("GET", $"{Path}?wait=30&seen=1/pending");
        await Fake(host).Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Fake(host).Become("shop", "lb-web", MemoryStore.Pending with { Operating = OperatingStatus.Down });
        Fake(host).Become("shop", "lb-web", Active);
        Assert.Equal("active", Provisioning(await held));
    }

    [Fact]
    public async Task A_wait_that_is_over_answers_the_present_status()
    {
        await using ApiHost host = await StartAsync();
        Answer answer = await host.SendAsync("GET", $"{Path}?wait=1&seen=1/pending");
        Assert.Equal((200, "pending"), (answer.Status, Provisioning(answer)));
    }

    [Fact]
    public async Task Waiting_for_what_is_not_there_is_404_at_once()
    {
        await using ApiHost host = await StartAsync();
        (await host.SendAsync("GET", $"{Path}-none?wait=30")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_host_that_stops_answers_those_who_wait()
    {
        await using ApiHost host = await StartAsync();
        Task<Answer> held = host.SendAsync("GET", $"{Path}?wait=30&seen=1/pending");
        await Fake(host).Waiting.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Answer answer = await held;
        Assert.Equal((200, "pending"), (answer.Status, Provisioning(answer)));
    }

    private static async Task<ApiHost> StartAsync()
    {
        ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        return host;
    }

    private static MemoryLoadBalancers Fake(ApiHost host) => host.Fake<MemoryLoadBalancers, ILoadBalancers>();

    private static string? Provisioning(Answer answer) =>
        answer.Body.GetProperty("status").GetProperty("provisioning").GetString();
}
