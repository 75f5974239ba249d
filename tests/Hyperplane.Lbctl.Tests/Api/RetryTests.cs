using System.Globalization;
using Hyperplane.Client;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Api;

/// <summary>A request is sent again when that may help; a change with the same idempotency key.</summary>
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
        StubAnswer away = StubAnswer.Problem(503, "unavailable", "Starting.") with { Headers = [("Retry-After", "0")] };
        api.On("GET /v1/zones", away);

        ShellOutcome outcome = await new Shell(api).RunAsync("zone list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("error: Starting. (unavailable)\n  request id: req-7\n", outcome.Error);
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
    public async Task A_change_is_sent_again_with_the_same_idempotency_key(int status)
    {
        await using StubApi api = await StubApi.StartAsync();
        StubAnswer failure = status < 0 ? StubAnswer.HangUp : StubAnswer.Empty(status);
        api.On("POST /v1/tenants", failure, failure, StubAnswer.Json(201, Sample.Tenant));

        ShellOutcome outcome = await new Shell(api).RunAsync("tenant create shop");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(3, api.Requests.Count);
        string key = Assert.Single(api.Requests.Select(request => request.IdempotencyKey).Distinct())!;
        Assert.True(Guid.TryParse(key, out _), key);
        Assert.Single(api.Requests.Select(request => request.Body).Distinct());
    }

    [Fact]
    public async Task Each_change_has_a_key_of_its_own_and_a_read_has_none()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/tenants", StubAnswer.Json(201, Sample.Tenant))
            .On("GET /v1/tenants", StubAnswer.List(Sample.Tenant));

        await new Shell(api).RunAsync("tenant create shop");
        await new Shell(api).RunAsync("tenant create shop");
        await new Shell(api).RunAsync("tenant list");

        string?[] keys = [.. api.Requests.Select(request => request.IdempotencyKey)];
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Null(keys[2]);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    public async Task What_the_api_asks_to_be_sent_again_is(int status)
    {
        await using StubApi api = await StubApi.StartAsync();
        StubAnswer later = StubAnswer.Problem(status, "later", "Later.") with { Headers = [("Retry-After", "1")] };
        api.On("POST /v1/tenants", later, StubAnswer.Json(201, Sample.Tenant));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync("tenant create shop");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([TimeSpan.FromSeconds(1)], shell.Pauses);
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
    public async Task Pauses_double_with_jitter()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Empty(503));
        var shell = new Shell(api);

        await shell.RunAsync("zone list");

        Assert.Equal(ApiClient.Pace.MaxRetries, shell.Pauses.Count);
        for (int retry = 0; retry < ApiClient.Pace.MaxRetries; retry++)
            Assert.InRange(shell.Pauses[retry].TotalMilliseconds, 50 << retry, 100 << retry);
    }

    [Theory]
    [InlineData(3, 2, 3)]
    [InlineData(-3, 0, 0)]
    public async Task The_api_may_say_a_time_to_wait_for(int seconds, int least, int most)
    {
        await using StubApi api = await StubApi.StartAsync();
        string date = TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture);
        api.On("GET /v1/zones", StubAnswer.Empty(503, ("Retry-After", date)), StubAnswer.List(Sample.Zone));
        var shell = new Shell(api);

        ShellOutcome outcome = await shell.RunAsync("zone list");

        Assert.Equal(0, outcome.ExitCode);
        Assert.InRange(Assert.Single(shell.Pauses).TotalSeconds, least - 1, most);
    }

    [Fact]
    public async Task An_outage_is_not_multiplied_by_retries()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Empty(503));
        CancellationToken cancel = TestContext.Current.CancellationToken;
        CommandIo io = new Shell(api).Io(TextWriter.Null, TextWriter.Null);
        var settings = new CliSettings(
            new ApiAccess(new Uri(api.Endpoint), Shell.Key, null, "lbctl/1"), new OutputChoice(OutputFormat.Json),
            Wait: false, TimeSpan.FromMinutes(1), Debug: false);
        using var client = new ApiClient(settings, io, new Screen(io, Shell.Key));

        for (int read = 0; read < 100; read++)
            await Assert.ThrowsAsync<CommandFailure>(() => client.GetAsync("v1/zones", cancel));

        Assert.Equal(110, api.Requests.Count);
    }
}
