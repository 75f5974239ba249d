using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

public sealed class ShiftTests
{
    [Fact]
    public async Task A_shift_is_cancelled_without_a_body()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("POST /v1/load-balancers/lb-1:cancel-shift", StubAnswer.Json(202, Sample.LoadBalancer()));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb cancel-shift web");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(("POST /v1/load-balancers/lb-1:cancel-shift", ""), (api.Requests[^1].Line, api.Requests[^1].Body));
    }
}
