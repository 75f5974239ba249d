using System.Text;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

public sealed class WatchTests
{
    private const string Path = "GET /v1/load-balancers:watch";

    [Fact]
    public async Task It_tells_what_is_and_what_changes_and_after_a_break_what_is_other()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(
            Path,
            Events(State("lb-1", "web", "pending"), State("lb-2", "api", "active"), "event: synced\ndata: {}",
                ": keep-alive", State("lb-1", "web", "active")),
            Events("retry: 1000", State("lb-1", "web", "active"), State("lb-3", "dns", "pending"),
                "event: synced\ndata: {}", State("lb-3", "dns", "deleting"), Told("deleted", "lb-3", "dns", "deleting"),
                "event: cut\ndata: {\"reason\":\"slow_reader\"}"));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb watch");

        Assert.Equal(
            """
            state  web  lb-1  pending  healthy  generation=1
            state  api  lb-2  active  healthy  generation=1
            state  web  lb-1  active  healthy  generation=1
            state  dns  lb-3  pending  healthy  generation=1
            deleted  api  lb-2  active  healthy  generation=1
            state  dns  lb-3  deleting  healthy  generation=1
            deleted  dns  lb-3  deleting  healthy  generation=1

            """,
            outcome.Output);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("slow_reader", outcome.Error, StringComparison.Ordinal);
        Assert.Equal([Path, Path], api.Lines);
    }

    [Fact]
    public async Task Pauses_between_breaks_grow_until_there_is_an_event()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(
            Path, Events(), Events(), Events(), Events(State("lb-1", "web", "active")),
            Events("event: cut\ndata: {}"));
        var shell = new Shell(api);

        await shell.RunAsync("nlb watch");

        Assert.Collection(
            shell.Pauses.Select(pause => pause.TotalSeconds),
            first => Assert.InRange(first, 0.5, 1),
            second => Assert.InRange(second, 1, 2),
            third => Assert.InRange(third, 2, 4),
            afterEvent => Assert.InRange(afterEvent, 0.5, 1));
    }

    [Fact]
    public async Task For_scripts_each_event_is_a_line_of_json()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(Path, Events(State("lb-1", "web", "active"), "event: cut\ndata: {}"));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb watch -o json");

        Assert.Equal(
            """{"event":"state","resource":{"id":"lb-1","name":"web","generation":1,"status":"""
            + """{"provisioning":"active","operating":"healthy"}}}""" + "\n",
            outcome.Output);
    }

    [Fact]
    public async Task What_the_api_refuses_is_told_and_not_tried_again()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(Path, StubAnswer.Problem(429, "rate_limited", "This key has 20 watches open."));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb watch");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("20 watches open", outcome.Error, StringComparison.Ordinal);
        Assert.Single(api.Requests);
    }

    private static string State(string id, string name, string provisioning) => Told("state", id, name, provisioning);

    private static string Told(string kind, string id, string name, string provisioning) =>
        $"event: {kind}\nid: 1\n"
        + $$$"""data: {"id":"{{{id}}}","name":"{{{name}}}","generation":1,"status":"""
        + $$$"""{"provisioning":"{{{provisioning}}}","operating":"healthy"}}""";

    private static StubAnswer Events(params string[] events) => new(
        200, Encoding.UTF8.GetBytes(string.Concat(events.Select(one => one + "\n\n"))), "text/event-stream");
}
