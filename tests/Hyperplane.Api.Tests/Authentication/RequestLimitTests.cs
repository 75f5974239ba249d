namespace Hyperplane.Api.Tests.Authentication;

/// <summary>No key asks without end, and nobody tries keys without end.</summary>
public sealed class RequestLimitTests
{
    private const int Patience = 10_000;

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_and_hinders_no_other()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            new ApiOptions { RequestsPerSecond = 1, RequestBurst = 5, RefusedPerSecond = 0 });
        Answer refused = await UntilLimitedAsync(host, "shop-key");
        refused.IsProblem(429, "rate_limited");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(200, (await host.SendAsync("GET", "/v1/load-balancers", key: "bank-key")).Status);
    }

    [Fact]
    public async Task Whoever_tries_keys_is_stopped_and_a_good_key_from_the_same_address_is_not()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            new ApiOptions { RequestsPerSecond = 0, RefusedPerSecond = 1 });
        (await UntilLimitedAsync(host, "wrong")).IsProblem(429, "rate_limited");
        Assert.Equal(200, (await host.SendAsync("GET", "/v1/load-balancers")).Status);
    }

    private static async Task<Answer> UntilLimitedAsync(ApiHost host, string key)
    {
        for (int i = 0; i < Patience; i++)
        {
            Answer answer = await host.SendAsync("GET", "/v1/load-balancers", key: key);
            if (answer.Status == 429)
                return answer;
        }

        throw new InvalidOperationException($"{Patience} requests were answered");
    }
}
