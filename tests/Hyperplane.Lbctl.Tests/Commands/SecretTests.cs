using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>The key goes into one header and nowhere else.</summary>
public class SecretTests
{
    [Theory]
    [InlineData("nlb list --debug", 0)]
    [InlineData("nlb get web -o json --debug", 0)]
    [InlineData("tenant create shop --debug", 1)]
    [InlineData("nlb crate --debug", 2)]
    [InlineData("--keyy KEY nlb list", 2)]
    [InlineData("nlb list KEY", 2)]
    [InlineData("nlb get KEY", 3)]
    [InlineData("nlb list --timeout KEY --key KEY", 2)]
    [InlineData("nlb list --endpoint http://KEY", 1)]
    [InlineData("nlb list --endpoint http://x:KEY@localhost", 2)]
    public async Task The_key_is_never_printed(string line, int expected)
    {
        await using StubApi api = await StubApi.StartAsync();
        string echo = Sample.LoadBalancer(conditions: $$"""{"type":"Echo","status":true,"message":"{{Shell.Key}}"}""");
        api.On("GET /v1/load-balancers", StubAnswer.List(echo))
            .On("POST /v1/tenants", StubAnswer.Problem(403, "forbidden", $"The key {Shell.Key} may not."));

        ShellOutcome outcome = await new Shell(api) { ErrorIsTerminal = true, OutputIsTerminal = true }
            .RunAsync(line.Replace("KEY", Shell.Key, StringComparison.Ordinal));

        Assert.Equal(expected, outcome.ExitCode);
        Assert.DoesNotContain(Shell.Key, outcome.All, StringComparison.OrdinalIgnoreCase);
        Assert.All(api.Lines, request => Assert.DoesNotContain(
            Shell.Key, line.Contains("get KEY", StringComparison.Ordinal) ? "" : request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mistyped_option_does_not_give_its_value_away()
    {
        ShellOutcome outcome =
            await new Shell().With("HYPERPLANE_KEY", null).RunAsync("nlb list --keyy another-secret");

        Assert.Equal("error: Unrecognized command or argument '--keyy'.\nhint: lbctl nlb list --help\n", outcome.Error);
    }

    [Fact]
    public async Task The_option_wins_over_the_environment()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.List());

        await new Shell(api).RunAsync("zone list --key other-key");

        Assert.Equal("Bearer other-key", api.Requests.Single().Authorization);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("line\nend")]
    [InlineData("ключ-ключ")]
    public async Task A_key_that_cannot_be_one_is_refused_before_it_is_sent(string key)
    {
        await using StubApi api = await StubApi.StartAsync();

        ShellOutcome outcome = await new Shell(api).With("HYPERPLANE_KEY", key).RunAsync("zone list");

        Assert.Equal(2, outcome.ExitCode);
        Assert.DoesNotContain(key, outcome.All, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirect()
    {
        await using StubApi elsewhere = await StubApi.StartAsync();
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.Empty(307, ("Location", $"{elsewhere.Endpoint}/v1/zones")));

        ShellOutcome outcome = await new Shell(api).RunAsync("zone list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_new_key_shows_its_secret_once_because_that_is_its_answer()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/tenants", StubAnswer.List(Sample.Tenant))
            .On("POST /v1/tenants/tenant-1/api-keys", StubAnswer.Json(201, Sample.NewKey))
            .On("GET /v1/tenants/tenant-1/api-keys", StubAnswer.List(Sample.NewKey));

        ShellOutcome created = await new Shell(api).RunAsync("key create shop ci --debug");
        ShellOutcome listed = await new Shell(api).RunAsync("key list shop");

        Assert.Equal(
            "NAME  ID     ROLE   CREATED              SECRET\nci    key-1  admin  2026-03-01 10:20:30  hpk_new\n",
            created.Output);
        Assert.DoesNotContain("hpk_new", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hpk_new", listed.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enrolment_token_is_shown_once_because_that_is_its_answer()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/cells/a1/nodes/node-a1:enroll", StubAnswer.Json(200, Sample.EnrolmentToken));

        ShellOutcome made = await new Shell(api).RunAsync("node enroll node-a1 --cell a1 --debug");

        Assert.Equal(
            "NODE     CELL  EXPIRES              TOKEN\nnode-a1  a1    2026-03-02 10:20:30  hpe_new\n", made.Output);
        Assert.DoesNotContain("hpe_new", made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_tells_each_request_on_standard_error()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones", StubAnswer.List(Sample.Zone));

        ShellOutcome outcome = await new Shell(api).RunAsync("zone list --debug");

        Assert.Matches($@"^debug: GET {api.Endpoint}/v1/zones\?pageSize=500 200 req-1 \d+ ms\n$", outcome.Error);
    }
}
