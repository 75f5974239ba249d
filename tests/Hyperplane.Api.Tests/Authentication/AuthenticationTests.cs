namespace Hyperplane.Api.Tests.Authentication;

/// <summary>Whose key opens what.</summary>
public sealed class AuthenticationTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string TenantPath = "/v1/load-balancers";
    private const string OperatorPath = "/v1/tenants";

    [Fact]
    public async Task Without_a_key_the_answer_is_401_and_says_how_to_send_one()
    {
        Answer answer = await fixture.Host.SendAsync("GET", TenantPath, key: null);
        answer.IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer realm=\"hyperplane\"", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("SHOP-KEY")]
    [InlineData("shop-key-and-more")]
    public async Task A_wrong_key_is_401_and_says_so(string key)
    {
        Answer answer = await fixture.Host.SendAsync(
            "POST", TenantPath, """{"name":"web","zones":[{"zone":"a"}]}""", key);
        answer.IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer realm=\"hyperplane\", error=\"invalid_token\"", answer.Headers["WWW-Authenticate"]);
        Assert.Empty(fixture.Host.Store.Writes);
    }

    [Theory]
    [InlineData("Basic c2hvcDprZXk=")]
    [InlineData("shop-key")]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("Bearer a b")]
    public async Task A_header_that_is_no_bearer_key_is_401(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, TenantPath);
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using HttpResponseMessage response = await fixture.Host.Client.SendAsync(request);
        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_key_longer_than_any_of_ours_is_not_even_looked_up()
    {
        Answer answer = await fixture.Host.SendAsync("GET", TenantPath, key: new string('k', 257));
        answer.IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("GET", "/v1/tenants")]
    [InlineData("GET", "/v1/tenants/shop")]
    [InlineData("DELETE", "/v1/tenants/shop")]
    [InlineData("GET", "/v1/tenants/shop/api-keys")]
    [InlineData("DELETE", "/v1/tenants/shop/api-keys/key-1")]
    [InlineData("GET", "/v1/cells")]
    [InlineData("GET", "/v1/cells/a1/nodes")]
    [InlineData("GET", "/v1/cells/a1/nodes/n1")]
    [InlineData("DELETE", "/v1/cells/a1/nodes/n1")]
    [InlineData("POST", "/v1/cells/a1/nodes/n1:drain")]
    [InlineData("POST", "/v1/cells/a1/nodes/n1:undrain")]
    [InlineData("GET", "/v1/cells/a1/rollout")]
    [InlineData("GET", "/v1/cells/a1/snapshots")]
    [InlineData("GET", "/v1/cells/a1/snapshots/1")]
    [InlineData("GET", "/v1/cells/a1/snapshots:diff")]
    [InlineData("POST", "/v1/cells/a1/snapshots/1:pin")]
    [InlineData("POST", "/v1/cells/a1/snapshots:unpin")]
    [InlineData("POST", "/v1/cells/a1/snapshots:rollback")]
    [InlineData("POST", "/v1/cells/a1/snapshots:allow-removals")]
    public async Task A_tenants_key_does_not_open_an_operators_path(string method, string path)
    {
        Answer answer = await fixture.Host.SendAsync(method, path);
        answer.IsProblem(403, "forbidden");
        Assert.Empty(fixture.Host.Store.Writes);
    }

    [Theory]
    [InlineData("POST", "/v1/tenants")]
    [InlineData("POST", "/v1/tenants/shop/api-keys")]
    [InlineData("PUT", "/v1/zones/a")]
    [InlineData("PUT", "/v1/cells/a1")]
    [InlineData("PUT", "/v1/cells/a1/nodes/n1")]
    public async Task A_tenants_key_is_refused_before_its_body_is_read(string method, string path)
    {
        Answer answer = await fixture.Host.SendAsync(method, path, "not json");
        answer.IsProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("GET", "/v1/load-balancers")]
    [InlineData("GET", "/v1/load-balancers/lb-1")]
    [InlineData("GET", "/v1/target-groups")]
    [InlineData("DELETE", "/v1/target-groups/tg-1")]
    [InlineData("GET", "/v1/target-groups/tg-1/targets")]
    public async Task An_operators_key_does_not_open_a_tenants_path_and_is_told_what_does(string method, string path)
    {
        Answer answer = await fixture.Host.SendAsync(method, path, key: "operator-key");
        answer.IsProblem(403, "forbidden");
        Assert.Contains("use a tenant's key", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_are_shown_to_any_key_but_not_to_nobody()
    {
        Assert.Equal(200, (await fixture.Host.SendAsync("GET", "/v1/zones", key: "shop-key")).Status);
        Assert.Equal(200, (await fixture.Host.SendAsync("GET", "/v1/zones", key: "operator-key")).Status);
        Assert.Equal(401, (await fixture.Host.SendAsync("GET", "/v1/zones", key: null)).Status);
    }

    [Fact]
    public async Task An_operator_may_use_an_operators_path()
    {
        Assert.Equal(200, (await fixture.Host.SendAsync("GET", OperatorPath, key: "operator-key")).Status);
    }
}
