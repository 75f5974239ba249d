using System.Text.Json;

namespace Hyperplane.Api.Tests.Server;

/// <summary>On which conditions changes are made, and what is told of them, over PostgreSQL.</summary>
public sealed class ConditionTests(RegionFixture region) : IClassFixture<RegionFixture>
{
    [Theory]
    [InlineData("/v1/load-balancers/{shop-lb}")]
    [InlineData("/v1/target-groups/{shop-tg}")]
    [InlineData("/v1/load-balancers/{shop-lb}/listeners/{shop-listener}")]
    public async Task A_change_of_what_changed_meanwhile_is_refused(string path)
    {
        Answer before = await region.SendAsync("shop", "GET", path);
        string tag = before.Headers["ETag"];
        Assert.Equal($"\"{before.Body.GetProperty("generation").GetInt64()}\"", tag);
        string body = path.Contains("listeners", StringComparison.Ordinal)
            ? """{"idleTimeoutSeconds":61}"""
            : $$$"""{"tags":{"t":"{{{Guid.NewGuid():n}}}"}}""";
        Answer changed = await region.SendAsync("shop", "PATCH", path, body, ("If-Match", tag));
        Assert.Equal(202, changed.Status);
        Assert.NotEqual(tag, changed.Headers["ETag"]);
        string seen = await region.EverythingAsync();
        foreach (string stale in (string[])[tag, $"W/{changed.Headers["ETag"]}", "\"no number\""])
        {
            (await region.SendAsync("shop", "PATCH", path, body, ("If-Match", stale))).IsProblem(412, "stale");
            (await region.SendAsync("shop", "DELETE", path, null, ("If-Match", stale))).IsProblem(412, "stale");
        }

        (await region.SendAsync("shop", "PATCH", path, body, ("If-Match", "7"))).IsProblem(400, "invalid_value");
        Assert.Equal(seen, await region.EverythingAsync());
        foreach (string good in (string[])["*", $"\"1000000\", {changed.Headers["ETag"]}"])
            Assert.Equal(202, (await region.SendAsync("shop", "PATCH", path, body, ("If-Match", good))).Status);
    }

    [Theory]
    [InlineData("shop", "POST", "/v1/load-balancers", """{"name":"maybe","zones":[{"zone":"a"},{"zone":"b"}]}""")]
    [InlineData("shop", "POST", "/v1/load-balancers",
     """
     {"name":"maybe","zones":[{"zone":"a"}],"listeners":[{"protocol":"TCP","port":80,"targetGroups":[{"targetGroup":
      {"name":"maybe","protocol":"TCP","port":80,"targets":[{"address":"10.0.0.9"}]}}]}]}
     """)]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}", """{"tags":{"x":"y"}}""")]
    [InlineData("shop", "DELETE", "/v1/load-balancers/{shop-lb}", null)]
    [InlineData("shop", "POST", "/v1/target-groups", """{"name":"maybe","protocol":"TCP","port":1}""")]
    [InlineData("shop", "PATCH", "/v1/target-groups/{shop-tg}", """{"healthCheck":{"protocol":"HTTP"}}""")]
    [InlineData("shop", "DELETE", "/v1/target-groups/{shop-dns}", null)]
    [InlineData("shop", "POST", "/v1/load-balancers/{shop-lb}/listeners",
     """{"protocol":"TCP","port":81,"targetGroupId":"{shop-tg}"}""")]
    [InlineData("shop", "PATCH", "/v1/load-balancers/{shop-lb}/listeners/{shop-listener}",
     """{"idleTimeoutSeconds":777}""")]
    [InlineData("shop", "DELETE", "/v1/load-balancers/{shop-lb}/listeners/{shop-listener}", null)]
    [InlineData("shop", "POST", "/v1/target-groups/{shop-tg}/targets", """{"targets":[{"address":"10.0.0.9"}]}""")]
    [InlineData("operator", "PUT", "/v1/zones/maybe",
     """{"vipPool":"198.20.0.0/24","snatPool":"198.21.0.0/24","probePool":"198.21.1.0/24"}""")]
    [InlineData("operator", "PUT", "/v1/cells/a1/nodes/maybe", """{"address":"10.0.0.200"}""")]
    [InlineData("operator", "POST", "/v1/tenants", """{"name":"maybe"}""")]
    [InlineData("operator", "PATCH", "/v1/tenants/{shop}/quotas", """{"load_balancers":7}""")]
    [InlineData("operator", "PUT", "/v1/tenants/{shop}/limits", """{"newFlowsPerSecond":7}""")]
    public async Task What_is_only_validated_is_answered_and_not_kept(
        string who, string method, string path, string? body)
    {
        string seen = await region.EverythingAsync();
        Answer answer = await region.SendAsync(who, method, path + "?validateOnly=true", body);
        Assert.Equal(200, answer.Status);
        Assert.Equal(JsonValueKind.Object, answer.Body.ValueKind);
        Assert.DoesNotContain("Location", answer.Headers.Keys);
        Assert.Equal(seen, await region.EverythingAsync());
    }

    [Fact]
    public async Task What_is_wrong_is_told_when_only_validating_too()
    {
        (await region.SendAsync(
            "shop", "POST", "/v1/load-balancers?validateOnly=true", """{"name":"web","zones":[{"zone":"nowhere"}]}"""))
            .IsProblem(409, "name_in_use");
        (await region.SendAsync(
            "shop", "POST", "/v1/load-balancers?validateOnly=maybe", """{"name":"x","zones":[{"zone":"a"}]}"""))
            .IsProblem(400, "invalid_value");
    }

    [Fact]
    public async Task A_protected_load_balancer_is_not_deleted_until_it_is_not()
    {
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers",
            """{"name":"safe","zones":[{"zone":"a"}],"attributes":{"deletion_protection.enabled":"true"}}""");
        string path = made.Headers["Location"];
        Assert.Equal("true", Protection(made));
        (await region.SendAsync("shop", "DELETE", path)).IsProblem(409, "deletion_protected");
        Answer freed = await region.SendAsync(
            "shop", "PATCH", path, """{"attributes":{"deletion_protection.enabled":null}}""");
        Assert.Equal((202, "false"), (freed.Status, Protection(freed)));
        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", path)).Status);
        (await region.SendAsync("shop", "PATCH", path, """{"tags":{"a":"b"}}""")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_flow_log_is_off_until_it_is_asked_for_and_kept_until_it_is_not()
    {
        Answer made = await region.SendAsync(
            "shop", "POST", "/v1/load-balancers", """{"name":"logged","zones":[{"zone":"a"}]}""");
        string path = made.Headers["Location"];
        Assert.Equal("false", Log(made));
        (string, string)[] changes = [("\"true\"", "true"), ("\"false\"", "false"), ("null", "false")];
        foreach ((string said, string kept) in changes)
        {
            await region.SendAsync("shop", "PATCH", path, $$$"""{"attributes":{"flow_log.enabled":{{{said}}}}}""");
            Assert.Equal(kept, Log(await region.SendAsync("shop", "GET", path)));
        }
        Assert.Equal(202, (await region.SendAsync("shop", "DELETE", path)).Status);

        static string? Log(Answer answer) =>
            answer.Body.GetProperty("attributes").GetProperty("flow_log.enabled").GetString();
    }

    [Theory]
    [InlineData("""{"attributes":{"dns_record.client_routing_policy":"any_availability_zone"}}""", "needs_dns")]
    [InlineData("""{"attributes":{"deletion_protection":"true"}}""", "unknown_attribute")]
    [InlineData("""{"attributes":{"deletion_protection.enabled":"yes"}}""", "invalid_value")]
    [InlineData("""{"attributes":{"deletion_protection.enabled":true}}""", "invalid_value")]
    [InlineData("""{"attributes":{"load_balancing.cross_zone.enabled":"maybe"}}""", "invalid_value")]
    [InlineData("""{"attributes":{"flow_log.enabled":"yes"}}""", "invalid_value")]
    [InlineData("""{"attributes":{"flow_log.enabled":""}}""", "invalid_value")]
    [InlineData("""{"attributes":{"flow_log":"true"}}""", "unknown_attribute")]
    [InlineData("""{"name":"other"}""", "unknown_member")]
    public async Task A_change_that_cannot_be_is_refused(string body, string code)
    {
        (await region.SendAsync("shop", "PATCH", "/v1/load-balancers/{shop-lb}", body)).IsProblem(400, code);
    }

    [Fact]
    public async Task A_patch_sets_clears_and_leaves_alone()
    {
        Answer made = await region.SendAsync("shop", "POST", "/v1/target-groups",
            """
            {"name":"patched","protocol":"TCP","port":80,"tags":{"a":"1","b":"2"},
             "healthCheck":{"protocol":"HTTP","path":"/up","intervalSeconds":20,"port":81}}
            """);
        string path = made.Headers["Location"];
        Answer changed = await region.SendAsync("shop", "PATCH", path,
            """
            {"tags":{"a":null,"c":"3"},"healthCheck":{"port":null,"healthyThreshold":3,"intervalSeconds":null},
             "attributes":{"load_balancing.algorithm.type":"source_ip"}}
            """);
        Assert.Equal(202, changed.Status);
        (changed with { Body = changed.Body.GetProperty("tags") }).BodyIs("""{"b":"2","c":"3"}""");
        (changed with { Body = changed.Body.GetProperty("healthCheck") }).BodyIs(
            """
            {"protocol":"HTTP","port":null,"path":"/up","intervalSeconds":30,"timeoutSeconds":6,"healthyThreshold":3,
             "unhealthyThreshold":2,"matcher":"200-399"}
            """);
        Answer tcp = await region.SendAsync("shop", "PATCH", path,
            """{"healthCheck":{"protocol":"TCP"},"attributes":{"load_balancing.algorithm.type":null}}""");
        Assert.Equal(JsonValueKind.Null, tcp.Body.GetProperty("healthCheck").GetProperty("path").ValueKind);
        Assert.Equal(
            "five_tuple", tcp.Body.GetProperty("attributes").GetProperty("load_balancing.algorithm.type").GetString());
        (await region.SendAsync("shop", "PATCH", path, """{"healthCheck":{"path":"/x"}}"""))
            .IsProblem(400, "invalid_value");
        (await region.SendAsync("shop", "PATCH", path, """{"healthCheck":{"timeoutSeconds":31}}"""))
            .IsProblem(400, "invalid_value");
    }

    [Fact]
    public async Task A_request_with_an_idempotency_key_is_done_once_also_when_sent_many_times_at_once()
    {
        Task<Answer>[] sent =
        [
            .. Enumerable.Range(0, 8).Select(_ => region.SendAsync(
                "operator", "POST", "/v1/tenants/{shop}/api-keys", """{"name":"once"}""",
                ("Idempotency-Key", "many"))),
        ];
        Answer[] answers = await Task.WhenAll(sent);
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(409, answer.Status));
        Answer keys = await region.SendAsync("operator", "GET", "/v1/tenants/{shop}/api-keys?name=once");
        Assert.Equal(1, keys.Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Events_say_who_changed_what_with_which_request()
    {
        Answer made = await region.SendAsync("bank", "POST", "/v1/target-groups",
            """{"name":"told","protocol":"TCP","port":80}""");
        string id = made.Body.GetProperty("id").GetString()!;
        JsonElement told = Assert.Single(
            (await region.SendAsync("bank", "GET", $"/v1/events?resource={id}")).Body.GetProperty("items")
            .EnumerateArray());
        Assert.Equal("target_group.created", told.GetProperty("action").GetString());
        Assert.Equal(made.Headers["X-Request-Id"], told.GetProperty("requestId").GetString());
        Assert.StartsWith("key-", told.GetProperty("keyId").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            0,
            (await region.SendAsync("shop", "GET", $"/v1/events?resource={id}")).Body.GetProperty("items")
            .GetArrayLength());
        Answer all = await region.SendAsync("operator", "GET", "/v1/events?pageSize=1000");
        string[] owners = [.. all.Body.GetProperty("items").EnumerateArray()
            .Select(one => one.GetProperty("tenantId").GetString() ?? "").Distinct()];
        Assert.Superset(
            new HashSet<string> { "", region.Ids["shop"], region.Ids["bank"] }, owners.ToHashSet());
        Answer own = await region.SendAsync("bank", "GET", "/v1/events?pageSize=1000");
        Assert.All(
            own.Body.GetProperty("items").EnumerateArray(),
            one => Assert.Equal(region.Ids["bank"], one.GetProperty("tenantId").GetString()));
    }

    private static string? Protection(Answer answer) =>
        answer.Body.GetProperty("attributes").GetProperty("deletion_protection.enabled").GetString();
}
