using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Waiting;

/// <summary>What a person sees while waiting, and what a log does.</summary>
public class ProgressTests
{
    private const string Conditions = Sample.Applied + """
        ,{"type":"SnapshotApplied","status":true,"zone":"a","node":"node-a2","reason":"Running","message":""}
        ,{"type":"SnapshotApplied","status":false,"zone":"b","node":"node-b1",
        "reason":"Older","message":"\u001b[2J[red]"}
        """;

    [Fact]
    public async Task On_a_terminal_zones_and_nodes_are_shown_live()
    {
        await using StubApi api = await ScriptAsync();

        ShellOutcome outcome = await new Shell(api) { ErrorIsTerminal = true }.RunAsync("create-nlb web --zones a,b");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("nlb web pending · zone a on 2 nodes · zone b on 0 nodes · ", Plain(outcome.Error),
            StringComparison.Ordinal);
        Assert.Contains("?wait=1&seen=", api.Lines.ElementAt(1), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', outcome.Output);
        Assert.EndsWith("\e[?25h", outcome.Error.TrimEnd(), StringComparison.Ordinal); // the cursor is back
    }

    [Fact]
    public async Task In_a_log_there_is_one_plain_line()
    {
        await using StubApi api = await ScriptAsync();

        ShellOutcome outcome = await new Shell(api) { OutputIsTerminal = true }
            .With("NO_COLOR", "1").RunAsync("create-nlb web --zones a,b");

        Assert.Equal("waiting until nlb web (lb-1) is active (at most 60 s)\n", outcome.Error);
        Assert.DoesNotContain('\e', outcome.All);
    }

    [Fact]
    public async Task A_dumb_terminal_is_a_log()
    {
        await using StubApi api = await ScriptAsync();

        ShellOutcome outcome = await new Shell(api) { ErrorIsTerminal = true }
            .With("TERM", "dumb").RunAsync("create-nlb web --zones a,b");

        Assert.DoesNotContain('\e', outcome.All);
    }

    [Fact]
    public async Task Names_from_the_server_cannot_break_the_live_line()
    {
        await using StubApi api = await StubApi.StartAsync();
        string evil = Sample.LoadBalancer("pending", name: "[/]\\u001b[2J[red]").Replace(
            "\"zone\":\"a\"", "\"zone\":\"[bold\\u009b\"", StringComparison.Ordinal);
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, evil))
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, evil), StubAnswer.Json(200, Sample.LoadBalancer()));

        ShellOutcome outcome = await new Shell(api) { ErrorIsTerminal = true }.RunAsync("create-nlb web --zones a,b");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(@"[/]\u001b[2J[red]", Plain(outcome.Error), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J[red]", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u009b', outcome.Error);
    }

    private static async Task<StubApi> ScriptAsync()
    {
        StubApi api = await StubApi.StartAsync();
        return api
            .On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer("pending", conditions: Conditions)))
            .On(
                "GET /v1/load-balancers/lb-1",
                StubAnswer.Json(200, Sample.LoadBalancer("pending", conditions: Conditions)),
                StubAnswer.Json(200, Sample.LoadBalancer()));
    }

    /// <summary>
    /// Without our own control codes, and without the line ends by which Spectre wraps at the width it assumes.
    /// </summary>
    private static string Plain(string text) => System.Text.RegularExpressions.Regex
        .Replace(text, "\e\\[[0-9;?]*[A-Za-z]", "", System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromSeconds(1))
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", " ", StringComparison.Ordinal);
}
