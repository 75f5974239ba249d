using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.LoadBalancers;

/// <summary>/v1/load-balancers when all is well.</summary>
public sealed class LoadBalancerTests
{
    private const string Web =
        """{"name":"web","zones":[{"zone":"a","address":"198.18.0.9"},{"zone":"b"}],"tags":{"team":"shop"}}""";

    [Fact]
    public async Task A_create_is_202_with_the_resource_and_where_it_is()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers", Web);
        Assert.Equal(202, answer.Status);
        Assert.Equal("/v1/load-balancers/lb-web", answer.Headers["Location"]);
        answer.BodyIs("""
            {
              "id": "lb-web", "name": "web", "ipAddressType": "ipv4", "scheme": "internet-facing",
              "zones": [
                {"zone": "a", "address": "198.18.0.9", "ipv6Address": null, "elasticIp": null,
                 "ipv6ElasticIp": null, "cell": "a1", "shard": 3, "shifted": false},
                {"zone": "b", "address": "198.18.0.1", "ipv6Address": null, "elasticIp": null,
                 "ipv6ElasticIp": null, "cell": "a1", "shard": 3, "shifted": false}
              ],
              "zonalShift": null,
              "attributes": {},
              "tags": {"team": "shop"}, "generation": 1, "createdAt": "2025-01-02T03:04:05+00:00",
              "status": {
                "provisioning": "pending", "operating": "no_targets", "observedGeneration": 0, "converged": false,
                "conditions": []
              }
            }
            """);
        LoadBalancerConfig asked = host.Fake<MemoryLoadBalancers, ILoadBalancers>().Created!;
        Assert.Equal([new ZonePlacement("a", "198.18.0.9"), new ZonePlacement("b", null)], asked.Zones);
    }

    [Fact]
    public async Task A_dualstack_load_balancer_has_two_addresses_a_zone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST",
            "/v1/load-balancers",
            """
            {"name": "web", "ipAddressType": "dualstack", "zones": [{"zone": "a", "ipv6Address": "FD00:18::9"}]}
            """);
        Assert.Equal(202, answer.Status);
        Assert.Equal("dualstack", answer.Body.GetProperty("ipAddressType").GetString());
        LoadBalancerConfig asked = host.Fake<MemoryLoadBalancers, ILoadBalancers>().Created!;
        Assert.Equal(IpAddressType.Dualstack, asked.IpAddressType);
        Assert.Equal([new ZonePlacement("a", null) { Ipv6Address = "FD00:18::9" }], asked.Zones);
    }

    [Fact]
    public async Task The_same_create_again_is_200_with_the_existing_one()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", Web);
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers", Web);
        Assert.Equal(200, answer.Status);
        Assert.Equal("lb-web", answer.Body.GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_was_created_can_be_got_listed_and_deleted_by_its_tenant_alone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", Web);
        const string path = "/v1/load-balancers/lb-web";

        (await host.SendAsync("GET", path, key: "bank-key")).IsProblem(404, "not_found");
        (await host.SendAsync("DELETE", path, key: "bank-key")).IsProblem(404, "not_found");
        Assert.Equal(0, (await host.SendAsync("GET", "/v1/load-balancers", key: "bank-key")).Body.GetProperty("items")
            .GetArrayLength());

        Assert.Equal(200, (await host.SendAsync("GET", path)).Status);
        Assert.Equal(1, (await host.SendAsync("GET", "/v1/load-balancers")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(202, (await host.SendAsync("DELETE", path)).Status);
        (await host.SendAsync("GET", path)).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("", "delete load balancer")]
    [InlineData("?cascade=false", "delete load balancer")]
    [InlineData("?cascade=true", "delete tree")]
    public async Task What_is_under_it_goes_when_asked_for(string query, string write)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", Web);
        Assert.Equal(202, (await host.SendAsync("DELETE", "/v1/load-balancers/lb-web" + query)).Status);
        Assert.Equal(write, host.Store.Writes[^1]);
    }

    [Fact]
    public async Task A_cascade_that_is_neither_true_nor_false_is_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("DELETE", "/v1/load-balancers/lb-web?cascade=yes");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(["query:cascade invalid_value"], answer.Errors);
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 5; i++)
            await host.SendAsync("POST", "/v1/load-balancers", $$"""{"name":"web-{{i}}","zones":[{"zone":"a"}]}""");

        var names = new List<string?>();
        string? token = null;
        do
        {
            Answer page = await host.SendAsync(
                "GET", $"/v1/load-balancers?pageSize=2{(token is null ? "" : $"&pageToken={token}")}");
            names.AddRange(
                page.Body.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()));
            token = page.Body.GetProperty("nextPageToken").GetString();
        }
        while (token is not null);
        Assert.Equal(["web-0", "web-1", "web-2", "web-3", "web-4"], names);
    }

    [Theory]
    [InlineData("pageSize=0", "query:pageSize invalid_value")]
    [InlineData("pageSize=1001", "query:pageSize invalid_value")]
    [InlineData("pageSize=ten", "query:pageSize invalid_value")]
    [InlineData("pageSize=1&pageSize=2", "query:pageSize invalid_value")]
    [InlineData("pageToken=", "query:pageToken invalid_value")]
    [InlineData("pageToken=mine", "query:pageToken invalid_value")]
    [InlineData("pageToken=%00", "query:pageToken invalid_value")]
    [InlineData("name=-", "query:name invalid_value")]
    public async Task A_page_that_cannot_be_is_refused(string query, string error)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("GET", $"/v1/load-balancers?{query}");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal([error], answer.Errors);
    }

    [Fact]
    public async Task Everything_wrong_in_a_query_is_told_at_once()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync("GET", "/v1/load-balancers?pageSize=0&pageToken=&name=-");
        answer.IsProblem(400, "invalid_value");
        Assert.Equal(
            ["query:name invalid_value", "query:pageSize invalid_value", "query:pageToken invalid_value"],
             answer.Errors);
    }

    [Fact]
    public async Task Conditions_and_states_are_on_the_wire_by_their_names()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", Web);
        host.Fake<MemoryLoadBalancers, ILoadBalancers>().Become("shop", "lb-web", new ResourceStatus(
            ProvisioningStatus.Active, OperatingStatus.Degraded, 1, true,
            [new Condition("PrefixAnnounced", true, "a", "node-a1", "Established", "Announced to 10.1.0.1.")]));
        Answer answer = await host.SendAsync("GET", "/v1/load-balancers/lb-web");
        (answer with { Body = answer.Body.GetProperty("status") }).BodyIs(
            """
            {
              "provisioning": "active", "operating": "degraded", "observedGeneration": 1, "converged": true,
              "conditions": [{
                "type": "PrefixAnnounced", "status": true, "zone": "a", "node": "node-a1",
                "reason": "Established", "message": "Announced to 10.1.0.1."
              }]
            }
            """);
    }
}
