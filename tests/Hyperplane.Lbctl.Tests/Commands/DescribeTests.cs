using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary><c>lbctl nlb describe</c>.</summary>
public class DescribeTests
{
    [Fact]
    public async Task A_load_balancer_is_told_on_one_page()
    {
        await using StubApi api = await StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb describe web");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        foreach (string part in (string[])
            [
                "Name:        web\n", "\nZones:\n", "\nConditions:\n", "\nTree:\n  RESOURCE", "      servers=9",
                "        [fd00::2]:8080", "Target.Timeout\n", "\nEvents:\n  AT ", "  step.12 ",
            ])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("step.2 ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  step.3 ", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nlb describe web --query loadBalancer.name", "web\n")]
    [InlineData("nlb describe web --query tree.targetGroups[].targets[?state!='healthy'][].address", "fd00::2\n")]
    [InlineData("describe-nlb web --query events[-1].action", "step.12\n")]
    public async Task Scripts_get_all_of_it_in_one_object(string line, string expected)
    {
        await using StubApi api = await StartAsync();

        Assert.Equal(expected, (await new Shell(api).RunAsync(line)).Output);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List());

        Assert.Equal(3, (await new Shell(api).RunAsync("nlb describe web")).ExitCode);
    }

    private static async Task<StubApi> StartAsync()
    {
        StubApi api = await StubApi.StartAsync();
        string[] events =
        [
            .. Enumerable.Range(1, 12).Select(static number =>
                Sample.Event.Replace("tenant.created", $"step.{number}", StringComparison.Ordinal)),
        ];
        return api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/tree", StubAnswer.Json(200, Sample.Tree))
            .On("GET /v1/events?resource=lb-1&pageSize=500", StubAnswer.List(events));
    }
}
