using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Waiting;

/// <summary>Commands end when what they asked for is in force, and not before.</summary>
public class WaitingTests
{
    private const string Create = "create-nlb web --zones a,b";
    private const string Held = "GET /v1/load-balancers/lb-1?wait=10&seen=1%2Fpending";

    [Fact]
    public async Task Creating_waits_by_long_poll_until_active()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")))
            .On(
                Held,
                StubAnswer.Json(200, Sample.LoadBalancer("pending")),
                StubAnswer.Json(200, Sample.LoadBalancer("pending")),
                StubAnswer.Json(200, Sample.LoadBalancer()));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync(Create);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("web   lb-1  active", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("waiting until nlb web (lb-1) is active (at most 60 s)\n", outcome.Error);
        Assert.Equal(["POST /v1/load-balancers", Held, Held, Held], api.Lines);
        Assert.Equal([25.0, 50.0], shell.Pauses.Select(pause => pause.TotalMilliseconds));
    }

    [Fact]
    public async Task What_is_active_already_is_not_waited_for()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(200, Sample.LoadBalancer()));

        ShellOutcome outcome = await new Shell(api).RunAsync(Create);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("", outcome.Error);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task Active_with_an_older_generation_is_not_enough()
    {
        await using StubApi api = await StubApi.StartAsync();
        string old = Sample.LoadBalancer(generation: 2).Replace(
            "\"observedGeneration\":2", "\"observedGeneration\":1", StringComparison.Ordinal);
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending", generation: 2)))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, old),
                StubAnswer.Json(200, Sample.LoadBalancer(generation: 2)));

        ShellOutcome outcome = await new Shell(api).RunAsync(Create);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(3, api.Requests.Count);
    }

    [Fact]
    public async Task No_wait_returns_what_was_accepted()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")));

        ShellOutcome outcome = await new Shell(api).RunAsync($"{Create} --no-wait");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("pending", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task Too_late_is_told_with_what_is_missing_and_the_resource_is_printed()
    {
        await using StubApi api = await StubApi.StartAsync();
        string pending = Sample.LoadBalancer("pending", conditions: """
            {"type":"PrefixAnnounced","status":false,"zone":"b","node":"node-b1",
            "reason":"NoPeer","message":"no router"}
            """);
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, pending), StubAnswer.Silence);

        ShellOutcome outcome = await new Shell(api) { Time = api.Deadline }.RunAsync($"{Create} --timeout 1 -o json");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Contains("\"id\": \"lb-1\"", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(
            """
            waiting until nlb web (lb-1) is active (at most 1 s)
            error: nlb web (lb-1) is not active after 1 s; it is pending
              b/node-b1: no router (NoPeer)

            """,
            outcome.Error);
    }

    [Fact]
    public async Task A_failure_ends_the_waiting()
    {
        await using StubApi api = await StubApi.StartAsync();
        string failed = Sample.LoadBalancer("failed", conditions: """
            {"type":"SnapshotRefused","status":true,"zone":"a","node":null,"reason":"TooManyVips","message":"too many"}
            """);
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, failed));

        ShellOutcome outcome = await new Shell(api).RunAsync(Create);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("failed", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("error: nlb web (lb-1) failed\n  a: too many (TooManyVips)\n", outcome.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_while_awaited_is_not_found()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")));

        ShellOutcome outcome = await new Shell(api).RunAsync(Create);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("was deleted while it was awaited", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_survives_a_restart_of_the_api()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending")))
            .On(
                "GET /v1/load-balancers/lb-1",
                StubAnswer.HangUp,
                StubAnswer.Empty(503),
                StubAnswer.Json(200, Sample.LoadBalancer()));

        Assert.Equal(0, (await new Shell(api).RunAsync(Create)).ExitCode);
    }

    [Fact]
    public async Task Deleting_waits_until_it_is_gone()
    {
        await using StubApi api = await StubApi.StartAsync();
        string deleting = Sample.LoadBalancer("deleting", generation: 2);
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("DELETE /v1/load-balancers/lb-1", StubAnswer.Json(202, deleting))
            .On(
                "GET /v1/load-balancers/lb-1?wait=10&seen=2%2Fdeleting",
                StubAnswer.Json(200, deleting),
                StubAnswer.NotFound);

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb delete web");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("nlb web (lb-1) deleted\n", outcome.Output);
        Assert.Equal(4, api.Requests.Count);
    }

    [Fact]
    public async Task Deleting_without_waiting_says_so()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("DELETE /v1/load-balancers/lb-1", StubAnswer.Json(202, Sample.LoadBalancer("deleting")));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb delete web --no-wait");

        Assert.Equal("nlb web (lb-1) is being deleted\n", outcome.Output);
        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task A_deletion_that_takes_too_long_is_a_timeout()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("DELETE /v1/load-balancers/lb-1", StubAnswer.Json(202, Sample.LoadBalancer("deleting")))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Silence);

        ShellOutcome outcome = await new Shell(api) { Time = api.Deadline }.RunAsync("nlb delete web --timeout 1");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Contains("error: nlb web (lb-1) is not gone after 1 s; it is deleting\n", outcome.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listeners_are_waited_for_by_plain_polling()
    {
        await using StubApi api = await StubApi.StartAsync();
        const string One = "/v1/load-balancers/lb-1/listeners/listener-1";
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/listeners", StubAnswer.List(Sample.Listener()))
            .On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("POST /v1/load-balancers/lb-1/listeners", StubAnswer.Json(202, Sample.Listener("pending")))
            .On($"GET {One}", StubAnswer.Json(200, Sample.Listener("pending")), StubAnswer.Json(200, Sample.Listener()),
                StubAnswer.NotFound)
            .On($"DELETE {One}", StubAnswer.Json(202, Sample.Listener("deleting")));

        ShellOutcome created = await new Shell(api).RunAsync(
            "listener create --nlb web --protocol TCP --port 80 --target-group servers");
        ShellOutcome deleted = await new Shell(api).RunAsync("listener delete TCP:80 --nlb web");

        Assert.Contains("TCP:80    listener-1  active", created.Output, StringComparison.Ordinal);
        Assert.Equal("listener TCP:80 (listener-1) deleted\n", deleted.Output);
        Assert.Equal(3, api.Lines.Count(line => line == $"GET {One}"));
    }

    [Fact]
    public async Task Registering_waits_until_each_target_has_been_checked()
    {
        await using StubApi api = await StubApi.StartAsync();
        string first = Sample.Target("initial");
        string second = Sample.Target("initial", "10.0.0.2");
        string stranger = Sample.Target("initial", "10.0.0.9");
        api.On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("POST /v1/target-groups/tg-1/targets", StubAnswer.Json(202, $$"""{"items":[{{first}},{{second}}]}"""))
            .On(
                "GET /v1/target-groups/tg-1/targets",
                StubAnswer.List(first, second, stranger),
                StubAnswer.List(Sample.Target("healthy"), second, stranger),
                StubAnswer.List(Sample.Target("healthy"), Sample.Target("unhealthy", "10.0.0.2"), stranger));

        ShellOutcome outcome = await new Shell(api).RunAsync("target register servers 10.0.0.1:8080=5 10.0.0.2@a");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(
            """
            TARGET         ZONE  WEIGHT  STATE      REASON  DETAIL
            10.0.0.1:8080  -     1       healthy    -       -
            10.0.0.2:8080  -     1       unhealthy  -       -

            """,
            outcome.Output);
        Assert.Equal("waiting until 2 targets are checked (at most 60 s)\n", outcome.Error);
        Assert.Equal(
            """{"targets":[{"address":"10.0.0.1","port":8080,"weight":5},{"address":"10.0.0.2","zone":"a"}]}""",
                api.Requests[1].Body);
    }

    [Fact]
    public async Task Targets_that_stay_unchecked_are_a_timeout_with_the_table()
    {
        await using StubApi api = await StubApi.StartAsync();
        string target = Sample.Target("initial");
        api.On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("POST /v1/target-groups/tg-1/targets", StubAnswer.Json(202, $$"""{"items":[{{target}}]}"""))
            .On("GET /v1/target-groups/tg-1/targets", StubAnswer.List(target), StubAnswer.Silence);

        ShellOutcome outcome = await new Shell(api) { Time = api.Deadline }
            .RunAsync("target register servers 10.0.0.1 --timeout 1");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Contains("10.0.0.1:8080  -     1       initial", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("error: 1 of 1 target is not checked yet after 1 s\n", outcome.Error, StringComparison.Ordinal);
    }
}
