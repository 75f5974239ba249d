using System.Text.Json;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Applying;

/// <summary>When a person is asked, and what the terminal shows.</summary>
public sealed class QuestionTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public QuestionTests() =>
        File.WriteAllText(_file, "targetGroups: [{name: servers, protocol: TCP, port: 8080, targets: [10.0.0.1]}]");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData(" YES \n", 0)]
    [InlineData("n\n", 1)]
    [InlineData("\n", 1)]
    [InlineData("", 1)]
    public async Task On_a_terminal_nothing_is_changed_before_a_yes(string answer, int exitCode)
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api)
        {
            Input = answer, InputIsTerminal = true, OutputIsTerminal = true, ErrorIsTerminal = true,
        }.RunWordsAsync("apply", "-f", _file);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.StartsWith(
            "\e[32m+ target group servers\e[0m\n    protocol: TCP\n    port: 8080\n"
                + "\e[32m+ target 10.0.0.1:8080 of servers\e[0m\n2 to create, 0 to change, 0 to delete\n",
            outcome.Output,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "make these changes (2 to create, 0 to change, 0 to delete)? [y/N] ", outcome.Error,
            StringComparison.Ordinal);
        Assert.Equal(exitCode == 0, api.Lines.Contains("POST /v1/target-groups"));
        if (exitCode != 0)
            Assert.EndsWith("error: not agreed; nothing was changed\n", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Where_nobody_can_be_asked_it_is_a_usage_failure(bool inputIsTerminal, bool errorIsTerminal)
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api)
        {
            Input = "y\n", InputIsTerminal = inputIsTerminal, ErrorIsTerminal = errorIsTerminal,
        }.RunWordsAsync("apply", "-f", _file);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(
            "error: there are changes and nobody to ask: give --yes, or --dry-run to only see them\n"
                + "hint: lbctl apply --help\n",
            outcome.Error);
        Assert.StartsWith("+ target group servers\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("POST /v1/target-groups", api.Lines);
    }

    [Fact]
    public async Task A_file_that_comes_through_the_terminal_leaves_no_room_for_an_answer()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api)
        {
            Input = "targetGroups: [{name: servers, protocol: TCP, port: 80}]",
            InputIsTerminal = true,
            ErrorIsTerminal = true,
        }.RunAsync("apply -f -");

        Assert.Equal(2, outcome.ExitCode);
    }

    [Fact]
    public async Task Progress_is_a_line_for_each_step_in_a_log_and_one_that_changes_on_a_terminal()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome log = await new Shell(api).RunWordsAsync("apply", "-f", _file, "--yes");
        ShellOutcome live =
            await new Shell(api) { ErrorIsTerminal = true }.RunWordsAsync("apply", "-f", _file, "--yes");

        Assert.Equal("making 2 changes\ndone: create target group servers\n", log.Error);
        Assert.Contains("change 1 of 1 · create target group servers", live.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("done: ", live.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_waiting_nothing_is_waited_for()
    {
        await using StubApi api = await StartAsync("initial");

        ShellOutcome outcome = await new Shell(api).RunWordsAsync("apply", "-f", _file, "--yes", "--no-wait");

        Assert.Equal(0, outcome.ExitCode);
        Assert.DoesNotContain("waiting", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_time_in_the_middle_tells_what_is_done_and_what_is_not()
    {
        await using StubApi api = await StartAsync();
        await File.WriteAllTextAsync(
            _file, "targetGroups: [{name: servers, protocol: TCP, port: 8080}, {name: late, protocol: TCP, port: 1}]");
        api.On("POST /v1/target-groups", StubAnswer.Silence);

        ShellOutcome outcome = await new Shell(api) { Time = api.Deadline }
            .RunWordsAsync("apply", "-f", _file, "--yes", "-o", "json");

        Assert.Equal(5, outcome.ExitCode);
        Assert.EndsWith(
            """
            error: create target group late: no answer within 60 s
              it may have been accepted all the same
              done: create target group servers
              not done: create target group late
              applying the same file again goes on from here

            """,
            outcome.Error,
            StringComparison.Ordinal);
        Assert.Equal(
            [true, false],
            JsonElement.Parse(outcome.Output).GetProperty("changes").EnumerateArray()
                .Select(change => change.GetProperty("done").GetBoolean()));
    }

    [Fact]
    public async Task Text_of_the_api_cannot_move_the_cursor()
    {
        await using StubApi api = await StartAsync();
        string evil = Sample.TargetGroup.Replace("\"tags\":{}", "\"tags\":{\"a\\u001b[2J\":\"\\u009b\"}",
            StringComparison.Ordinal);
        api.On("GET /v1/target-groups?pageSize=500", StubAnswer.List(evil))
            .On("PUT /v1/target-groups/tg-1", StubAnswer.Json(200, Sample.TargetGroup))
            .On("GET /v1/target-groups/tg-1/targets", StubAnswer.List());

        ShellOutcome outcome = await new Shell(api).RunWordsAsync("apply", "-f", _file, "--dry-run");

        Assert.Equal(6, outcome.ExitCode);
        Assert.Contains("    tags.a\\u001b[2J: \\u009b → -\n", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', outcome.All);
    }

    private static async Task<StubApi> StartAsync(string state = "unused")
    {
        StubApi api = await StubApi.StartAsync();
        return api.On("GET /v1/elastic-ips", StubAnswer.List())
            .On("GET /v1/target-groups", StubAnswer.List())
            .On("GET /v1/load-balancers", StubAnswer.List())
            .On("POST /v1/target-groups?validateOnly=true", StubAnswer.Json(200, Sample.TargetGroup))
            .On("POST /v1/target-groups/tg-1/targets?validateOnly=true", StubAnswer.List())
            .On("POST /v1/target-groups", StubAnswer.Json(202, Sample.TargetGroup))
            .On("GET /v1/target-groups/tg-1/targets", StubAnswer.List(Sample.Target(state)));
    }
}
