using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>Every route of the OpenAPI document, walked with keys that must not open it.</summary>
public sealed class EveryRouteTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    /// <summary>A good body for each operation that wants one: a new operation needs a line here.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["createLoadBalancer"] = """{"name":"walk","zones":[{"zone":"a"}]}""",
        ["changeLoadBalancer"] = """{"tags":{"walked":"yes"}}""",
        ["replaceLoadBalancer"] =
            """{"name":"web","zones":[{"zone":"a"},{"zone":"b"}],"tags":{"walked":"yes"}}""",
        ["shiftZone"] = """{"zone":"a","expiresIn":60}""",
        ["createElasticIp"] = """{"zone":"a","name":"walk"}""",
        ["changeElasticIp"] = """{"tags":{"walked":"yes"}}""",
        ["putAddressPool"] = """{"zone":"b","prefix":"192.0.2.0/28","kind":"elastic"}""",
        ["createListener"] = """{"protocol":"TCP","port":4000,"targetGroupId":"{shop-tg}"}""",
        ["changeListener"] = """{"idleTimeoutSeconds":600}""",
        ["replaceListener"] = """{"protocol":"TCP","port":4001,"targetGroupId":"{shop-tg}"}""",
        ["createTargetGroup"] = """{"name":"walk","protocol":"TCP","port":80}""",
        ["changeTargetGroup"] = """{"tags":{"walked":"yes"}}""",
        ["replaceTargetGroup"] = """{"name":"web","protocol":"TCP","port":8080,"tags":{"walked":"yes"}}""",
        ["registerTargets"] = """{"targets":[{"address":"10.0.0.8"}]}""",
        ["deregisterTargets"] = """{"targets":[{"address":"10.0.0.7"}]}""",
        ["createTenant"] = """{"name":"walk"}""",
        ["putTenantLimits"] = """{"newFlowsPerSecond":7}""",
        ["changeTenantQuotas"] = """{"load_balancers":60}""",
        ["createApiKey"] = """{"name":"walk"}""",
        ["putZone"] = """{"vipPool":"198.20.0.0/24","snatPool":"198.21.0.0/24","probePool":"198.21.1.0/24"}""",
        ["putCell"] = """{"zone":"b"}""",
        ["putNode"] = """{"address":"10.0.0.201"}""",
    };

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["loadBalancer"] = "{shop-lb}", ["listener"] = "{shop-listener}", ["targetGroup"] = "{shop-tg}",
        ["target"] = "{shop-target}", ["tenant"] = "{shop}", ["key"] = "key-1", ["zone"] = "a", ["cell"] = "a1",
        ["node"] = "n1", ["elasticIp"] = "{shop-eip}", ["pool"] = "public-a", ["version"] = "1",
    };

    [Theory]
    [InlineData("nobody", 401)]
    [InlineData("stranger", 401)]
    public async Task Without_a_key_that_is_known_no_route_opens(string who, int status)
    {
        string seen = await region.EverythingAsync();
        foreach (Route route in await RoutesAsync())
            Assert.Equal((route.Id, status), (route.Id, (await SendAsync(who, route)).Status));
        Assert.Equal(seen, await region.EverythingAsync());
    }

    [Fact]
    public async Task A_readers_key_opens_what_looks_and_nothing_that_changes()
    {
        string seen = await region.EverythingAsync();
        foreach (Route route in await RoutesAsync())
        {
            int expected = route.IsOperators || route.Method != "GET" ? 403 : 200;
            Assert.Equal((route.Id, expected), (route.Id, (await SendAsync("reader", route)).Status));
        }

        Assert.Equal(seen, await region.EverythingAsync());
    }

    [Fact]
    public async Task Another_tenants_key_finds_nothing_of_it()
    {
        string seen = await region.EverythingAsync();
        foreach (Route route in await RoutesAsync())
        {
            Answer answer = await SendAsync("bank", route, validateOnly: true);
            if (route.IsOperators)
                Assert.Equal((route.Id, 403), (route.Id, answer.Status));
            else if (route.Path.Contains('{', StringComparison.Ordinal))
                Assert.Equal((route.Id, 404), (route.Id, answer.Status));
            else
                Assert.Equal((route.Id, 200), (route.Id, answer.Status));
            string text = answer.Text;
            bool isQuoted = answer.Status is 403 or 404;
            foreach (string id in (string[])
                ["shop-lb", "shop-tg", "shop-dns", "shop-listener", "shop-target", "shop-eip", "shop"])
                Assert.True(isQuoted || !text.Contains(region.Ids[id], StringComparison.Ordinal), route.Id);
        }

        Assert.Equal(seen, await region.EverythingAsync());
    }

    [Fact]
    public async Task A_tenants_own_key_opens_its_routes_and_no_operators()
    {
        foreach (Route route in await RoutesAsync())
        {
            Answer answer = await SendAsync("shop", route, validateOnly: true);
            if (route.IsOperators)
                Assert.Equal((route.Id, 403), (route.Id, answer.Status));
            else
                Assert.True(answer.Status is 200 or 409, $"{route.Id}: {answer.Status} {answer.Body}");
        }
    }

    private Task<Answer> SendAsync(string who, Route route, bool validateOnly = false)
    {
        string path = route.Path;
        foreach ((string name, string value) in Parameters)
            path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return region.SendAsync(
            who, route.Method, validateOnly && route.Method != "GET" ? path + "?validateOnly=true" : path,
            route.HasBody ? Bodies[route.Id] : null);
    }

    private async Task<Route[]> RoutesAsync()
    {
        JsonElement document = (await region.SendAsync("nobody", "GET", "/openapi/v1.json")).Body;
        Route[] routes =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new Route(
                   operation.Value.GetProperty("operationId").GetString()!, operation.Name.ToUpperInvariant(),
                   path.Name,
                   operation.Value.TryGetProperty("requestBody", out _)),
        ];
        Assert.NotEmpty(routes);
        return routes;
    }

    private sealed record Route(string Id, string Method, string Path, bool HasBody)
    {
        public bool IsOperators =>
            Path.StartsWith("/v1/tenants", StringComparison.Ordinal)
            || Path.StartsWith("/v1/address-pools", StringComparison.Ordinal)
            || Path.StartsWith("/v1/cells", StringComparison.Ordinal)
            || Path.StartsWith("/v1/placement", StringComparison.Ordinal)
            || (Path.StartsWith("/v1/zones", StringComparison.Ordinal) && Method != "GET");
    }
}
