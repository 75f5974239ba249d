namespace Hyperplane.Api.Tests.Server;

/// <summary>Elastic IPs, internal load balancers and changes of zones, over PostgreSQL.</summary>
public sealed class AddressTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    [Theory]
    [InlineData("shop", "POST", "/v1/elastic-ips", """{"zone":"nowhere"}""", 400, "unknown_zone")]
    [InlineData("shop", "POST", "/v1/elastic-ips", """{"zone":"b"}""", 400, "no_elastic_pool")]
    [InlineData("shop", "POST", "/v1/elastic-ips", """{"zone":"tiny"}""", 503, "elastic_pool_exhausted")]
    [InlineData("shop", "POST", "/v1/elastic-ips", """{"zone":"a","address":"10.0.0.1"}""", 400,
     "address_outside_pool")]
    [InlineData("bank", "POST", "/v1/elastic-ips", """{"zone":"a","address":"{shop-eip-address}"}""", 409,
     "address_in_use")]
    [InlineData("shop", "POST", "/v1/elastic-ips", """{"zone":"a","name":"shop","tags":{"a":"b"}}""", 409,
     "name_in_use")]
    [InlineData("shop", "DELETE", "/v1/elastic-ips/{shop-used-eip}", null, 409, "elastic_ip_in_use")]
    [InlineData("shop", "POST", "/v1/load-balancers",
     """{"name":"x","zones":[{"zone":"a","elasticIp":"{shop-used-eip}"}]}""", 409, "elastic_ip_in_use")]
    [InlineData("bank", "POST", "/v1/load-balancers",
     """{"name":"x","zones":[{"zone":"a","elasticIp":"{shop-eip}"}]}""", 400, "unknown_elastic_ip")]
    [InlineData("shop", "POST", "/v1/load-balancers",
     """{"name":"x","zones":[{"zone":"b","elasticIp":"{shop-eip}"}]}""", 400, "invalid_value")]
    [InlineData("shop", "POST", "/v1/load-balancers",
     """{"name":"x","scheme":"internal","zones":[{"zone":"a","elasticIp":"{shop-eip}"}]}""", 400, "invalid_value")]
    [InlineData("shop", "POST", "/v1/load-balancers",
     """{"name":"x","scheme":"internal","zones":[{"zone":"b"}]}""", 400, "no_internal_pool")]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}", """{"zones":[]}""", 400, "invalid_value")]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}", """{"zones":null}""", 400, "invalid_value")]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}", """{"zones":[{"zone":"empty"}]}""", 503, "no_cell")]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}", """{"ipAddressType":"dualstack"}""", 400, "no_ipv6")]
    [InlineData("operator", "PUT", "/v1/address-pools/x",
     """{"zone":"a","prefix":"203.0.113.0/28","kind":"elastic"}""", 409, "address_in_use")]
    [InlineData("operator", "PUT", "/v1/address-pools/public-a",
     """{"zone":"b","prefix":"203.0.113.0/24","kind":"elastic"}""", 409, "name_in_use")]
    [InlineData("operator", "PUT", "/v1/address-pools/public-a",
     """{"zone":"a","prefix":"203.0.113.128/28","kind":"elastic"}""", 409, "resource_in_use")]
    [InlineData("operator", "DELETE", "/v1/address-pools/public-a", null, 409, "resource_in_use")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(
        string who, string method, string path, string? body, int status, string code)
    {
        await MakeUsedAsync();
        string seen = await region.EverythingAsync();
        (await region.SendAsync(who, method, path, body)).IsProblem(status, code);
        Assert.Equal(seen, await region.EverythingAsync());
    }

    [Fact]
    public async Task A_quota_of_elastic_ips_is_held()
    {
        await MakeUsedAsync();
        Assert.Equal(200, (await region.SendAsync(
            "operator", "PATCH", "/v1/tenants/{shop}/quotas", """{"elastic_ips":2}""")).Status);
        (await region.SendAsync("shop", "POST", "/v1/elastic-ips", """{"zone":"a"}"""))
            .IsProblem(403, "quota_exceeded");
        Assert.Equal(200, (await region.SendAsync(
            "operator", "PATCH", "/v1/tenants/{shop}/quotas", """{"elastic_ips":null}""")).Status);
    }

    [Fact]
    public async Task A_zone_comes_and_goes_with_an_entity_tag_and_once_for_an_idempotency_key()
    {
        string id = (await region.SendAsync(
            "bank", "POST", "/v1/load-balancers", """{"name":"zones","zones":[{"zone":"a"}]}"""))
            .Body.GetProperty("id").GetString()!;
        string path = $"/v1/load-balancers/{id}";
        const string Both = """{"zones":[{"zone":"a"},{"zone":"b"}]}""";

        Answer tried = await region.SendAsync("bank", "PATCH", path + "?validateOnly=true", Both);
        Answer added = await region.SendAsync(
            "bank", "PATCH", path, Both, ("If-Match", "\"1\""), ("Idempotency-Key", "zones-1"));
        Answer replayed = await region.SendAsync(
            "bank", "PATCH", path, Both, ("If-Match", "\"1\""), ("Idempotency-Key", "zones-1"));
        (await region.SendAsync("bank", "PATCH", path, Both, ("If-Match", "\"1\""))).IsProblem(412, "stale");
        Answer removed = await region.SendAsync("bank", "PATCH", path, """{"zones":[{"zone":"b"}]}""");

        Assert.Equal((200, 202, 202), (tried.Status, added.Status, replayed.Status));
        Assert.Equal(("\"2\"", "true"), (added.Headers["ETag"], replayed.Headers["Idempotency-Replayed"]));
        Assert.Equal("b", removed.Body.GetProperty("zones")[0].GetProperty("zone").GetString());
        Assert.Equal(1, removed.Body.GetProperty("zones").GetArrayLength());
        Assert.Equal(202, (await region.SendAsync("bank", "DELETE", path)).Status);
    }

    /// <summary>An elastic IP that a load balancer has.</summary>
    private async Task MakeUsedAsync()
    {
        Answer elastic = await region.SendAsync("shop", "POST", "/v1/elastic-ips", """{"zone":"a","name":"used"}""");
        region.Ids["shop-used-eip"] = elastic.Body.GetProperty("id").GetString()!;
        Answer lb = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers",
            """{"name":"elastic","zones":[{"zone":"a","elasticIp":"{shop-used-eip}"}]}""");
        Assert.True(lb.Status is 202 or 200, $"{lb.Status} {lb.Body}");
    }
}
