using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Output;

/// <summary><c>-o</c> and <c>--query</c> of every command.</summary>
public class OutputChoiceTests
{
    [Theory]
    [InlineData("nlb list -o name", "web\n")]
    [InlineData("nlb get web -o name", "web\n")]
    [InlineData("nlb tree web -o name", "web\n")]
    [InlineData("nlb list -o columns=name,status.provisioning", "NAME  STATUS.PROVISIONING\nweb   active\n")]
    [InlineData("nlb list -o columns=Zones[].zone,id", "ZONES[].ZONE  ID\n-             lb-1\n")]
    [InlineData("nlb get web -o columns=zones[].zone", "ZONES[].ZONE\na b\n")]
    [InlineData("nlb stats web -o columns=flows.newFlows", "FLOWS.NEWFLOWS\n1\n")]
    [InlineData("nlb list --query items[].name", "web\n")]
    [InlineData("nlb list --query items[].[name,tags]", "web\t{\"team\":\"shop\"}\n")]
    [InlineData("nlb get web --query status.provisioning", "active\n")]
    [InlineData("nlb get web --query status.provisioning -o json", "\"active\"\n")]
    [InlineData("nlb get web --query zones[].address -o yaml", "- \"198.18.0.1\"\n- \"198.18.16.1\"\n")]
    [InlineData("nlb stats web --query flows.newFlows", "1\n")]
    [InlineData("nlb create web --zones a --query id", "lb-1\n")]
    public async Task What_is_printed_is_chosen(string line, string expected)
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal(expected, outcome.Output);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_wide_table_has_more_columns()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome wide = await new Shell(api).RunAsync("nlb list -o wide");

        string[] lines = wide.Output.Split('\n');
        Assert.Contains("  SCHEME           TYPE  SHIFTED  TAGS", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("  internet-facing  -     -        team=shop", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_nothing_has_is_told()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list -o columns=name,nmae");

        Assert.Equal((0, "NAME  NMAE\nweb   -\n"), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith(
            "note: no nlb here has 'nmae'; columns are NAME, ID, STATUS,", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_selects_nothing_is_told()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list --query itmes[].name");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(
            "note: --query itmes[].name selects nothing of this answer; -o json shows all of it\n", outcome.Error);
    }

    [Fact]
    public async Task What_is_selected_cannot_move_the_cursor()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(
            Sample.LoadBalancer().Replace("shop", "\\u001b[2J", StringComparison.Ordinal)));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list --query items[].tags.team");

        Assert.Equal("\\u001b[2J\n", outcome.Output);
    }

    [Theory]
    [InlineData("nlb list --query items[", "--query is wrong at character 7: ']' is missing\n  items[\n        ^\n")]
    [InlineData("nlb list -o name --query items[]", "use -o json or -o yaml")]
    [InlineData("nlb list -o xml", "--output must be table, wide, json, yaml, name or columns=NAME,…, not 'xml'.")]
    [InlineData("nlb list -o columns=", "not 'columns='.")]
    [InlineData("nlb list -o columns", "not 'columns'.")]
    [InlineData("nlb list -o 2", "not '2'.")]
    public async Task What_cannot_be_is_refused_and_nothing_is_sent(string line, string error)
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    private static async Task<StubApi> StartAsync()
    {
        StubApi api = await StubApi.StartAsync();
        return api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/tree", StubAnswer.Json(200, Sample.Tree))
            .On("GET /v1/load-balancers/lb-1/stats", StubAnswer.Json(200, Sample.Stats));
    }
}
