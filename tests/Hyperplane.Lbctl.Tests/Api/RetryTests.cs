using System.Net.Http.Headers;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Api;

/// <summary>Reading is tried again when that may help; writing never.</summary>
public class RetryTests
{
    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_read_survives_three_passing_failures(int status)
    {
        await using StubApi api = await StubApi.StartAsync();
        StubAnswer failure = StubAnswer.Empty(status);
        api.On("GET /v1/zones", failure, StubAnswer.HangUp, failure, StubAnswer.List(Sample.Zone));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync("zone list");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("", outcome.Error);
        Assert.Equal(4, api.Requests.Count);
        Assert.Equal(3, shell.Pauses.Count);
    }

    [Fact]
    public async Task A_fourth_failure_is_told()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Problem(503, "internal", "Starting."));

        ShellOutcome outcome = await new Shell(api).RunAsync("zone list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("error: Starting. (internal)\n  request id: req-7\n", outcome.Error);
        Assert.Equal(4, api.Requests.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    [InlineData(429)]
    public async Task Other_failures_are_told_at_once(int status)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Problem(status, "internal", "No."));

        ShellOutcome outcome = await new Shell(api).RunAsync("zone list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Single(api.Requests);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(-1)]
    public async Task A_write_is_sent_once(int status)
    {
        await using StubApi api = await StubApi.StartAsync();
        StubAnswer failure = status < 0 ? StubAnswer.HangUp : StubAnswer.Problem(status, "no_cell", "No cell.");
        api.On("POST /v1/load-balancers", failure).On("PUT /v1/cells/a1", failure);

        ShellOutcome post = await new Shell(api).RunAsync("create-nlb web --zones a");
        ShellOutcome put = await new Shell(api).RunAsync("cell put a1 --zone a");

        Assert.Equal((1, 1), (post.ExitCode, put.ExitCode));
        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task The_api_says_how_long_to_pause()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Empty(503, ("Retry-After", "10")), StubAnswer.List(Sample.Zone));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync("zone list");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([TimeSpan.FromSeconds(10)], shell.Pauses);
    }

    [Fact]
    public async Task A_pause_that_is_too_long_is_an_error_instead()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Empty(503, ("Retry-After", "11")), StubAnswer.List(Sample.Zone));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync("zone list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(shell.Pauses);
    }

    [Fact]
    public void Pauses_double_with_jitter_and_end()
    {
        var now = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        for (int seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            for (int retry = 0; retry < Retry.MaxRetries; retry++)
            {
                double pauseMs = Retry.Pause(retry, asked: null, now, chance)!.Value.TotalMilliseconds;
                Assert.InRange(pauseMs, 50 << retry, 100 << retry);
            }
        }

        Assert.Null(Retry.Pause(Retry.MaxRetries, asked: null, now, new Random(0)));
        Assert.Equal(
            TimeSpan.FromSeconds(3),
                Retry.Pause(0, new RetryConditionHeaderValue(now.AddSeconds(3)), now, new Random(0)));
        Assert.Equal(
            TimeSpan.Zero, Retry.Pause(0, new RetryConditionHeaderValue(now.AddSeconds(-3)), now, new Random(0)));
    }
}
