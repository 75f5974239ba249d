using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.Tests.ElasticIps;

/// <summary>/v1/elastic-ips and /v1/address-pools when all is well, and load balancers that use them.</summary>
public sealed class ElasticIpTests
{
    [Fact]
    public async Task An_elastic_ip_is_allocated_shown_changed_and_released()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        MemoryElasticIps fake = host.Fake<MemoryElasticIps, IElasticIps>();

        Answer made = await host.SendAsync(
            "POST", "/v1/elastic-ips",
            """{"zone":"a","name":"front","address":"203.0.113.9","ipAddressType":"ipv4","tags":{"team":"shop"}}""");
        Answer seen = await host.SendAsync("GET", "/v1/elastic-ips/eip-front");
        Answer changed = await host.SendAsync("PATCH", "/v1/elastic-ips/eip-front", """{"tags":{"team":null}}""");
        Answer released = await host.SendAsync("DELETE", "/v1/elastic-ips/eip-front");

        Assert.Equal((201, "/v1/elastic-ips/eip-front", "\"1\""), (
            made.Status, made.Headers["Location"], made.Headers["ETag"]));
        const string Wanted = """
            {
              "id": "eip-front", "name": "front", "zone": "a", "address": "203.0.113.9", "ipAddressType": "ipv4",
              "associatedWith": null, "tags": {"team": "shop"}, "generation": 1,
              "createdAt": "2025-01-02T03:04:05+00:00"
            }
            """;
        made.BodyIs(Wanted);
        seen.BodyIs(Wanted);
        Assert.Equal(("a", "front", "203.0.113.9", IpFamily.Ipv4), (
            fake.Created!.Zone, fake.Created.Name, fake.Created.Address, fake.Created.IpAddressType));
        Assert.Equal([new KeyValuePair<string, string?>("team", null)], fake.Changed!.Tags!);
        Assert.Equal((200, "\"2\"", 200), (changed.Status, changed.Headers["ETag"], released.Status));
        Assert.Equal(404, (await host.SendAsync("GET", "/v1/elastic-ips/eip-front")).Status);
    }

    [Fact]
    public async Task An_address_pool_is_declared_listed_and_deleted()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string Body = """{"zone":"a","prefix":"2001:db8::/64","kind":"internal"}""";
        const string View = """{"name":"inside","zone":"a","prefix":"2001:db8::/64","kind":"internal","used":0}""";

        Answer made = await host.SendAsync("PUT", "/v1/address-pools/inside", Body, "operator-key");
        Answer again = await host.SendAsync("PUT", "/v1/address-pools/inside", Body, "operator-key");
        Answer list = await host.SendAsync("GET", "/v1/address-pools", key: "operator-key");
        Answer gone = await host.SendAsync("DELETE", "/v1/address-pools/inside", key: "operator-key");

        Assert.Equal((201, 200, 204), (made.Status, again.Status, gone.Status));
        made.BodyIs(View);
        list.BodyIs($$"""{"items":[{{View}}],"nextPageToken":null}""");
    }

    [Fact]
    public async Task A_load_balancer_says_its_scheme_and_its_elastic_ips()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        MemoryLoadBalancers fake = host.Fake<MemoryLoadBalancers, ILoadBalancers>();

        await host.SendAsync(
            "POST", "/v1/load-balancers",
            """
            {"name":"web","scheme":"internal","ipAddressType":"dualstack",
             "zones":[{"zone":"a","elasticIp":"eip-01","ipv6ElasticIp":"eip-02"}]}
            """);
        ZonePlacement created = Assert.Single(fake.Created!.Zones);
        await host.SendAsync(
            "PATCH", "/v1/load-balancers/lb-web",
            """{"zones":[{"zone":"a"},{"zone":"b","elasticIp":"eip-03"}],"ipAddressType":null}""");
        LoadBalancerChange changed = fake.Changed!;
        await host.SendAsync("PATCH", "/v1/load-balancers/lb-web", """{"ipAddressType":"dualstack"}""");

        Assert.Equal((Scheme.Internal, "eip-01", "eip-02"), (
            fake.Created.Scheme, created.ElasticIp, created.Ipv6ElasticIp));
        Assert.Equal(
            [new ZonePlacement("a", null), new ZonePlacement("b", null) { ElasticIp = "eip-03" }], changed.Zones);
        Assert.Equal(
            (IpAddressType.Ipv4, IpAddressType.Dualstack), (changed.IpAddressType, fake.Changed!.IpAddressType));
        Assert.Null(fake.Changed.Zones);
        (await host.SendAsync("PATCH", "/v1/load-balancers/lb-web", """{"scheme":"internal"}"""))
            .IsProblem(400, "unknown_member");
    }
}
