using System.Text;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary><c>lbctl nlb metrics</c></summary>
public class MetricsTests
{
    private const string Page = "# TYPE a gauge\n# HELP a Some.\na{b=\"\\n\"} 1\n";

    [Fact]
    public async Task A_page_is_shown_as_it_came_of_one_or_of_all()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/metrics", Text(Page)).On("GET /v1/metrics", Text(Page + "c 2\n"));

        Assert.Equal(Page, (await new Shell(api).RunAsync("nlb metrics web")).Output);
        Assert.Equal(Page + "c 2\n", (await new Shell(api).RunAsync("metrics-nlb -o json")).Output);
    }

    [Fact]
    public async Task What_could_move_the_cursor_is_spelled_out_and_a_refusal_told()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(
            "GET /v1/metrics", Text("a{b=\"\u001b[2J\"} 1\n"), StubAnswer.Problem(403, "forbidden", "Not yours."),
            StubAnswer.Json(200, "{}"));

        Assert.Equal("a{b=\"\\u001b[2J\"} 1\n", (await new Shell(api).RunAsync("nlb metrics")).Output);
        ShellOutcome refused = await new Shell(api).RunAsync("nlb metrics");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("Not yours. (forbidden)", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await new Shell(api).RunAsync("nlb metrics")).ExitCode);
    }

    private static StubAnswer Text(string text) => new(200, Encoding.UTF8.GetBytes(text), "text/plain; version=0.0.4");
}
