using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>With <c>--dry-run</c> the API checks what a command would do, and nothing is changed.</summary>
public class DryRunTests
{
    private const string Note = "note: dry run: nothing was changed\n";

    [Fact]
    public async Task A_create_is_checked_and_not_waited_for()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers?validateOnly=true", StubAnswer.Json(200, Sample.LoadBalancer("pending")));

        ShellOutcome outcome = await new Shell(api).RunAsync("create-nlb web --zones a --dry-run");

        Assert.Equal((0, Note), (outcome.ExitCode, outcome.Error));
        Assert.Contains("web", outcome.Output, StringComparison.Ordinal);
        StubRequest sent = Assert.Single(api.Requests);
        Assert.Null(sent.IdempotencyKey);
    }

    [Fact]
    public async Task A_delete_says_that_it_did_not_happen()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("DELETE /v1/load-balancers/lb-1?cascade=true&validateOnly=true",
                StubAnswer.Json(200, Sample.LoadBalancer("deleting")));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb delete web --cascade --dry-run");

        Assert.Equal((0, Note), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("dry run: nlb web", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_as_ever()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/tenants?validateOnly=true", StubAnswer.Problem(409, "name_in_use", "There is one."));

        ShellOutcome outcome = await new Shell(api).RunAsync("tenant create shop --dry-run");

        Assert.Equal(
            (4, "error: There is one. (name_in_use)\n  request id: req-7\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task Any_request_by_hand_is_checked_as_well()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("PUT /v1/cells/a1?validateOnly=true", StubAnswer.Json(200, Sample.Cell));

        ShellOutcome outcome = await new Shell(api)
            .RunWordsAsync("api", "PUT", "/v1/cells/a1", "--body", """{"zone":"a"}""", "--dry-run");

        Assert.Equal((0, Note), (outcome.ExitCode, outcome.Error));
    }
}
