using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

public sealed class ListTests
{
    [Theory]
    [InlineData("nlb list --sort-by name", "GET /v1/load-balancers?orderBy=name&pageSize=500")]
    [InlineData(
        "nlb list --sort-by name:desc,createdAt",
        "GET /v1/load-balancers?orderBy=name%20desc%2CcreatedAt&pageSize=500")]
    [InlineData(
        "list-nlbs --selector team=web --selector a&b=c=d --sort-by createdAt:desc",
        "GET /v1/load-balancers?orderBy=createdAt%20desc&tag.team=web&tag.a%26b=c%3Dd&pageSize=500")]
    [InlineData("target-group list --selector team=", "GET /v1/target-groups?tag.team=&pageSize=500")]
    public async Task A_list_is_asked_for_in_an_order_and_by_tags(string line, string request)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On(request, StubAnswer.List());

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(request, Assert.Single(api.Requests).Line);
    }

    [Fact]
    public async Task Listeners_are_asked_for_by_port()
    {
        await using StubApi api = await StubApi.StartAsync();
        const string Request = "GET /v1/load-balancers/lb-1/listeners?orderBy=port%20desc&pageSize=500";
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer())).On(Request, StubAnswer.List());

        ShellOutcome outcome = await new Shell(api).RunAsync("listener list --nlb web --sort-by port:desc");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(Request, api.Requests[^1].Line);
    }

    [Theory]
    [InlineData("nlb list --selector team", "--selector takes NAME=VALUE, not 'team'")]
    [InlineData("nlb list --selector a=1 --selector a=2", "--selector names 'a' twice")]
    public async Task A_selector_that_cannot_be_is_refused_and_nothing_is_sent(string line, string error)
    {
        await using StubApi api = await StubApi.StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }
}
