using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.Server;

/// <summary>
/// A running API over PostgreSQL with two zones, a tiny third one, and two tenants that own something.
/// </summary>
public sealed class RegionFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private RunningServer? _server;
    private ApiClient? _client;
    private string _shopKey = "";
    private string _bankKey = "";
    private string _readerKey = "";

    /// <summary>What the names in braces in paths and bodies stand for.</summary>
    internal Dictionary<string, string> Ids { get; } = [];

    /// <summary>For what is not asked and answered; skips the test where there is no PostgreSQL.</summary>
    internal HttpClient Http
    {
        get
        {
            Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
            return _client!.Http;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!PostgresCluster.Met)
            return;
        // Walks over all routes with wrong keys are no attack here, and tests that ask as fast as they can no flood.
        (_server, string[] addresses) = await RunningServer.StartAsync(
            postgres.CreateDatabase(), "api", parts: 1,
            ("HYPERPLANE_API_REFUSED_PER_SECOND", "0"), ("HYPERPLANE_API_REQUESTS_PER_SECOND", "0"));
        _client = new ApiClient(addresses[0]);
        await DeclareAsync();
        _shopKey = await TenantAsync("shop");
        _bankKey = await TenantAsync("bank");
        _readerKey = await KeyAsync("shop", """{"name":"look","role":"reader"}""");
        foreach (string tenant in (string[])["shop", "bank"])
        {
            Ids[$"{tenant}-lb"] = await CreateAsync(
                tenant, "/v1/load-balancers",
                    """{"name":"web","zones":[{"zone":"a"},{"zone":"b"}],"tags":{"t":"1"}}""");
            Ids[$"{tenant}-tg"] = await CreateAsync(
                tenant, "/v1/target-groups", """{"name":"web","protocol":"TCP","port":8080}""");
            Ids[$"{tenant}-dns"] = await CreateAsync(
                tenant, "/v1/target-groups", """{"name":"dns","protocol":"UDP","port":53}""");
            Ids[$"{tenant}-listener"] = await CreateAsync(
                tenant,
                $"/v1/load-balancers/{{{tenant}-lb}}/listeners",
                $$$"""{"protocol":"TCP","port":80,"targetGroupId":"{{{{tenant}}}-tg}"}""");
            Answer targets = await SendAsync(
                tenant, "POST", $"/v1/target-groups/{{{tenant}-tg}}/targets",
                    """{"targets":[{"address":"10.0.0.7"}]}""");
            Ids[$"{tenant}-target"] = targets.Body.GetProperty("items")[0].GetProperty("id").GetString()!;
        }

        foreach (string tenant in (string[])["shop", "bank"])
        {
            Answer elastic = await SendAsync(
                tenant, "POST", "/v1/elastic-ips", $$"""{"zone":"a","name":"{{tenant}}"}""");
            Assert.Equal(201, elastic.Status);
            Ids[$"{tenant}-eip"] = elastic.Body.GetProperty("id").GetString()!;
            Ids[$"{tenant}-eip-address"] = elastic.Body.GetProperty("address").GetString()!;
        }

        Assert.Equal(201, (await SendAsync("bank", "POST", "/v1/elastic-ips", """{"zone":"tiny"}""")).Status);
        Ids["vip"] = (await SendAsync("shop", "GET", "/v1/load-balancers/{shop-lb}"))
            .Body.GetProperty("zones")[0].GetProperty("address").GetString()!;
    }

    /// <summary>Sends as a tenant, the operator, "nobody" or "stranger"; names in braces become ids.</summary>
    internal Task<Answer> SendAsync(
        string who, string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        return _client!.SendAsync(method, Fill(path), body is null ? null : Fill(body), Key(who), headers);
    }

    /// <summary>The key of somebody.</summary>
    internal string? Key(string who) => who switch
    {
        "shop" => _shopKey,
        "bank" => _bankKey,
        "reader" => _readerKey,
        "operator" => RunningServer.OperatorKey,
        "nobody" => null,
        _ => "a-key-that-nobody-gave",
    };

    /// <summary>
    /// Everything that both tenants and the operator see: the same text before and after means that nothing changed.
    /// </summary>
    internal async Task<string> EverythingAsync()
    {
        var seen = new List<string>();
        foreach (string tenant in (string[])["shop", "bank"])
        {
            foreach (string path in (string[])
            [
                "/v1/load-balancers", "/v1/target-groups", "/v1/elastic-ips",
                $"/v1/load-balancers/{{{tenant}-lb}}/listeners",
                $"/v1/target-groups/{{{tenant}-tg}}/targets", $"/v1/target-groups/{{{tenant}-dns}}/targets",
            ])
                seen.Add(await ReadAsync(tenant, $"{path}?pageSize=1000"));
        }

        foreach (string path in (string[])
            ["/v1/tenants", "/v1/zones", "/v1/address-pools", "/v1/cells", "/v1/cells/a1/nodes"])
            seen.Add(await ReadAsync("operator", path));
        return string.Join('\n', seen);

        async Task<string> ReadAsync(string who, string from)
        {
            Answer answer = await SendAsync(who, "GET", from);
            Assert.Equal((from, 200), (from, answer.Status));
            return answer.Body.GetRawText();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task DeclareAsync()
    {
        (string Zone, string Body)[] zones =
        [
            ("a", """{"vipPool":"198.18.0.0/24","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24"}"""),
            ("b", """{"vipPool":"198.18.16.0/24","snatPool":"198.19.16.0/24","probePool":"198.19.17.0/24"}"""),
            ("tiny", """{"vipPool":"198.18.32.0/30","snatPool":"198.19.32.0/24","probePool":"198.19.33.0/24"}"""),
            ("empty", """{"vipPool":"198.18.48.0/24","snatPool":"198.19.48.0/24","probePool":"198.19.49.0/24"}"""),
        ];
        foreach ((string zone, string body) in zones)
        {
            Assert.Equal(201, (await SendAsync("operator", "PUT", $"/v1/zones/{zone}", body)).Status);
            if (zone == "empty")
                continue;
            string cell = $"{zone}1";
            Assert.Equal(
                201, (await SendAsync("operator", "PUT", $"/v1/cells/{cell}", $$"""{"zone":"{{zone}}"}""")).Status);
            Answer node = await SendAsync(
                "operator", "PUT", $"/v1/cells/{cell}/nodes/n1", $$"""{"address":"10.{{zone[0] - 'a'}}.0.11"}""");
            Assert.Equal(201, node.Status);
        }

        await PoolAsync("public-a", """{"zone":"a","prefix":"203.0.113.0/24","kind":"elastic"}""");
        await PoolAsync("inside-a", """{"zone":"a","prefix":"10.200.0.0/24","kind":"internal"}""");
        await PoolAsync("tiny", """{"zone":"tiny","prefix":"203.0.112.1/32","kind":"elastic"}""");
    }

    private async Task PoolAsync(string name, string body) =>
        Assert.Equal(201, (await SendAsync("operator", "PUT", $"/v1/address-pools/{name}", body)).Status);

    private async Task<string> TenantAsync(string name)
    {
        Answer tenant = await SendAsync("operator", "POST", "/v1/tenants", $$"""{"name":"{{name}}"}""");
        Ids[name] = tenant.Body.GetProperty("id").GetString()!;
        return await KeyAsync(name, """{"name":"tests"}""");
    }

    private async Task<string> KeyAsync(string tenant, string body)
    {
        Answer key = await SendAsync("operator", "POST", $"/v1/tenants/{{{tenant}}}/api-keys", body);
        return key.Body.GetProperty("secret").GetString()!;
    }

    private async Task<string> CreateAsync(string who, string path, string body)
    {
        Answer answer = await SendAsync(who, "POST", path, body);
        Assert.True(answer.Status == 202, answer.Body.GetRawText());
        Assert.EndsWith(
            answer.Body.GetProperty("id").GetString()!, answer.Headers["Location"], StringComparison.Ordinal);
        return answer.Body.GetProperty("id").GetString()!;
    }

    private string Fill(string text)
    {
        foreach ((string name, string id) in Ids)
            text = text.Replace($"{{{name}}}", id, StringComparison.Ordinal);
        return text;
    }
}
