using System.Text.Json;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>What each command asks of the API.</summary>
public class RequestTests
{
    [Fact]
    public async Task Both_forms_of_create_send_the_same_and_take_every_option()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer()));

        const string Words = "web --zones a,b --address a=198.18.0.9 --tag team=shop --tag note=a=b --no-wait";
        ShellOutcome noun = await new Shell(api).RunAsync($"nlb create {Words}");
        ShellOutcome verb = await new Shell(api).RunAsync($"create-nlb {Words}");

        Assert.Equal((0, 0), (noun.ExitCode, verb.ExitCode));
        Assert.Equal(noun.Output, verb.Output);
        Assert.Equal(2, api.Requests.Count);
        Assert.All(api.Requests, request =>
        {
            Assert.Equal("POST /v1/load-balancers", request.Line);
            Assert.Equal($"Bearer {Shell.Key}", request.Authorization);
            Assert.Equal("application/json", request.ContentType);
            AssertJson(
                """
                {"name":"web","zones":[{"zone":"a","address":"198.18.0.9"},{"zone":"b"}],
                "tags":{"team":"shop","note":"a=b"}}
                """,
                request.Body);
        });
    }

    [Fact]
    public async Task A_dualstack_load_balancer_is_asked_for_with_its_addresses()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer()));

        ShellOutcome outcome = await new Shell(api).RunAsync(
            "nlb create web --zones a,b --ip-address-type DualStack --ipv6-address b=fd00:18::9 --no-wait");
        ShellOutcome stray = await new Shell(api).RunAsync("nlb create web --zones a --ipv6-address b=fd00:18::9");

        Assert.Equal((0, 2), (outcome.ExitCode, stray.ExitCode));
        AssertJson(
            """
            {"name":"web","zones":[{"zone":"a"},{"zone":"b","ipv6Address":"fd00:18::9"}],"ipAddressType":"dualstack"}
            """,
            api.Requests.Single().Body);
    }

    [Fact]
    public async Task Zones_and_nodes_are_declared_with_both_families()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("PUT /v1/zones/a", StubAnswer.Json(201, """{"name":"a","vipPool":"198.18.0.0/20"}"""))
            .On("PUT /v1/cells/a1/nodes/n1", StubAnswer.Json(201, """{"name":"n1"}"""));

        await new Shell(api).RunAsync(
            "zone put a --vip-pool 198.18.0.0/20 --snat-pool 198.19.0.0/24 --probe-pool 198.19.1.0/24 "
            + "--ipv6-vip-pool fd00:18::/112 --ipv6-snat-pool fd00:19::/120 --ipv6-probe-pool fd00:19::1:0/120");
        await new Shell(api).RunAsync("node put n1 --cell a1 --address 10.1.0.11 --ipv6-address fd00:10::11");

        AssertJson(
            """
            {"vipPool":"198.18.0.0/20","snatPool":"198.19.0.0/24","probePool":"198.19.1.0/24",
            "ipv6VipPool":"fd00:18::/112","ipv6SnatPool":"fd00:19::/120","ipv6ProbePool":"fd00:19::1:0/120"}
            """,
            api.Requests[0].Body);
        AssertJson("""{"address":"10.1.0.11","ipv6Address":"fd00:10::11"}""", api.Requests[1].Body);
    }

    [Fact]
    public async Task What_was_not_said_is_not_sent()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("POST /v1/target-groups", StubAnswer.Json(202, Sample.TargetGroup));

        await new Shell(api).RunAsync("nlb create web --zones a");
        await new Shell(api).RunAsync("target-group create servers --protocol tcp --port 8080");

        AssertJson("""{"name":"web","zones":[{"zone":"a"}]}""", api.Requests[0].Body);
        AssertJson("""{"name":"servers","protocol":"TCP","port":8080}""", api.Requests[1].Body);
    }

    [Fact]
    public async Task A_target_group_takes_every_option()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/target-groups", StubAnswer.Json(202, Sample.TargetGroup));

        ShellOutcome outcome = await new Shell(api).RunAsync(
            "target-group create servers --protocol UDP --port 53 --ip-address-type ipv6 --health-protocol http "
            + "--health-port 81 --health-path /up --health-interval 5 --health-timeout 4 --healthy-threshold 3 "
            + "--unhealthy-threshold 2 "
            + "--matcher 204 --deregistration-delay 0 --tag a=b");

        Assert.Equal(0, outcome.ExitCode);
        AssertJson(
            """
            {"name":"servers","protocol":"UDP","port":53,"healthCheck":{"protocol":"HTTP","port":81,"path":"/up",
            "intervalSeconds":5,"timeoutSeconds":4,"healthyThreshold":3,"unhealthyThreshold":2,"matcher":"204"},
            "deregistrationDelaySeconds":0,"tags":{"a":"b"},"ipAddressType":"ipv6"}
            """,
            api.Requests.Single().Body);
    }

    [Fact]
    public async Task Names_become_ids_before_anything_is_created()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers?pageSize=500&name=web", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/target-groups?pageSize=500&name=servers", StubAnswer.List(Sample.TargetGroup))
            .On("POST /v1/load-balancers/lb-1/listeners", StubAnswer.Json(202, Sample.Listener()));

        ShellOutcome outcome = await new Shell(api).RunAsync(
            "listener create --nlb web --protocol TCP --port 80 --target-group servers --idle-timeout 100");

        Assert.Equal(0, outcome.ExitCode);
        AssertJson(
            """{"protocol":"TCP","port":80,"targetGroupId":"tg-1","idleTimeoutSeconds":100}""", api.Requests[^1].Body);

        await new Shell(api).RunAsync(
            "listener create --nlb web --protocol TCP --port 80 --target-group servers --deny 10.0.0.0/8 --allow ::/0");

        AssertJson(
            """
            {"protocol":"TCP","port":80,"targetGroupId":"tg-1","allowedCidrs":["::/0"],"deniedCidrs":["10.0.0.0/8"]}
            """,
            api.Requests[^1].Body);
    }

    [Fact]
    public async Task A_list_is_not_set_and_emptied_at_once()
    {
        await using StubApi api = await StubApi.StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(
            "listener modify TCP:80 --nlb web --allow 10.0.0.0/8 --clear-allow");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--clear-allow empties the list that --allow sets", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData(
        "target-group modify servers --attribute forwarding.mode=dsr --deregistration-delay 5",
        "PATCH /v1/target-groups/tg-1",
        """{"deregistrationDelaySeconds":5,"attributes":{"forwarding.mode":"dsr"}}""")]
    [InlineData(
        "target-group modify servers --health-interval 5 --reset forwarding.mode --tag a=b --untag c",
        "PATCH /v1/target-groups/tg-1",
        """{"healthCheck":{"intervalSeconds":5},"attributes":{"forwarding.mode":null},"tags":{"a":"b","c":null}}""")]
    [InlineData(
        "nlb modify web --attribute deletion_protection.enabled=true --untag team",
        "PATCH /v1/load-balancers/lb-1",
        """{"attributes":{"deletion_protection.enabled":"true"},"tags":{"team":null}}""")]
    [InlineData(
        "quota modify shop --set load_balancers=9 --reset target_groups",
        "PATCH /v1/tenants/tenant-1/quotas",
        """{"load_balancers":9,"target_groups":null}""")]
    [InlineData(
        "modify-listener TCP:80 --nlb web --target-group servers=9",
        "PATCH /v1/load-balancers/lb-1/listeners/listener-1",
        """{"targetGroups":[{"targetGroupId":"tg-1","weight":9}]}""")]
    [InlineData(
        "listener modify TCP:80 --nlb web --idle-timeout 100",
        "PATCH /v1/load-balancers/lb-1/listeners/listener-1",
        """{"idleTimeoutSeconds":100}""")]
    [InlineData(
        "listener modify TCP:80 --nlb web --allow 10.0.0.0/8 --allow 2001:db8::1 --clear-deny",
        "PATCH /v1/load-balancers/lb-1/listeners/listener-1",
        """{"allowedCidrs":["10.0.0.0/8","2001:db8::1"],"deniedCidrs":[]}""")]
    [InlineData(
        "listener modify TCP:80 --nlb web --clear-allow --deny 10.0.0.0/8",
        "PATCH /v1/load-balancers/lb-1/listeners/listener-1",
        """{"allowedCidrs":[],"deniedCidrs":["10.0.0.0/8"]}""")]
    [InlineData(
        "listener modify TCP:80 --nlb web --port 8080 --protocol TCP_UDP",
        "PATCH /v1/load-balancers/lb-1/listeners/listener-1",
        """{"protocol":"TCP_UDP","port":8080}""")]
    [InlineData(
        "nlb shift web --zone a --expires-in 3600 --comment maintenance",
        "POST /v1/load-balancers/lb-1:shift",
        """{"zone":"a","expiresIn":3600,"comment":"maintenance"}""")]
    public async Task A_change_says_what_it_changes_alone(string line, string expected, string body)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/listeners", StubAnswer.List(Sample.Listener()))
            .On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("PATCH /v1/target-groups/tg-1", StubAnswer.Json(202, Sample.TargetGroup))
            .On("GET /v1/tenants", StubAnswer.List(Sample.Tenant))
            .On("PATCH /v1/tenants/tenant-1/quotas", StubAnswer.List(Sample.Quota))
            .On("POST /v1/load-balancers/lb-1:shift", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("PATCH /v1/load-balancers/lb-1", StubAnswer.Json(202, Sample.LoadBalancer()))
            .On("PATCH /v1/load-balancers/lb-1/listeners/listener-1", StubAnswer.Json(202, Sample.Listener()));

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(expected, api.Requests[^1].Line);
        AssertJson(body, api.Requests[^1].Body);
    }

    [Fact]
    public async Task An_id_works_where_a_name_does()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List())
            .On("GET /v1/load-balancers/lb-1", StubAnswer.Json(200, Sample.LoadBalancer()))
            .On("GET /v1/load-balancers/lb-1/listeners",
                StubAnswer.List(Sample.Listener(), Sample.Listener(id: "listener-2", port: 81)))
            .On("DELETE /v1/load-balancers/lb-1/listeners/listener-2",
                StubAnswer.Json(202, Sample.Listener("deleting", "listener-2", 81)));

        ShellOutcome outcome = await new Shell(api).RunAsync("listener delete listener-2 --nlb lb-1");

        Assert.Equal("listener TCP:81 (listener-2) deleted\n", outcome.Output);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_name_wins_over_an_id_and_a_longer_name_does_not_match()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List(
            Sample.LoadBalancer(name: "web2", id: "lb-2"), Sample.LoadBalancer(name: "web", id: "lb-9")));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb get web -o json");

        Assert.Contains("\"id\": \"lb-9\"", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ambiguous_name_asks_for_an_id()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/tenants", StubAnswer.List(Sample.Tenant))
            .On("GET /v1/tenants/tenant-1/api-keys", StubAnswer.List(
                Sample.Key, Sample.Key.Replace("key-1", "key-2", StringComparison.Ordinal)));

        ShellOutcome outcome = await new Shell(api).RunAsync("key delete shop ci");

        Assert.Equal(4, outcome.ExitCode);
        Assert.Contains("give an id (key-1, key-2)", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Lines, line => line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_are_escaped_on_their_way_into_a_path()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.List());

        await new Shell(api).RunWordsAsync("nlb", "get", "a/../b?c#d é");

        Assert.Equal(
            [
                "GET /v1/load-balancers?pageSize=500&name=a%2F..%2Fb%3Fc%23d%20%C3%A9",
                "GET /v1/load-balancers/a%2F..%2Fb%3Fc%23d%20%C3%A9",
            ],
            api.Lines);
    }

    [Fact]
    public async Task An_endpoint_may_have_a_path()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /region-1/v1/zones", StubAnswer.List(Sample.Zone));

        ShellOutcome outcome = await new Shell(api).RunAsync($"zone list --endpoint {api.Endpoint}/region-1");

        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_one_list()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers?pageSize=500", StubAnswer.Json(200, Page("lb-1", "\"a b&c\"")))
            .On("GET /v1/load-balancers?pageSize=500&pageToken=a%20b%26c", StubAnswer.Json(200, Page("lb-2", "\"t2\"")))
            .On("GET /v1/load-balancers?pageSize=500&pageToken=t2", StubAnswer.Json(200, Page("lb-3", "null")));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list -o json");

        using JsonDocument list = JsonDocument.Parse(outcome.Output);
        Assert.Equal(
            ["lb-1", "lb-2", "lb-3"],
            list.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(JsonValueKind.Null, list.RootElement.GetProperty("nextPageToken").ValueKind);
    }

    [Fact]
    public async Task A_list_that_never_ends_is_given_up()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.Json(200, Page("lb-1", "\"again\"")));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("does not end", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task Deregistering_names_the_targets_and_waits_for_nothing()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("POST /v1/target-groups/tg-1/targets:deregister", StubAnswer.Json(
                202, $$"""{"items":[{{Sample.Target("draining")}}]}"""));

        ShellOutcome outcome = await new Shell(api).RunAsync("target deregister servers 10.0.0.1:8080 10.0.0.2");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("draining", outcome.Output, StringComparison.Ordinal);
        AssertJson("""{"targets":[{"address":"10.0.0.1","port":8080},{"address":"10.0.0.2"}]}""",
            api.Requests[^1].Body);
    }

    [Theory]
    [InlineData("tenant create shop", "POST /v1/tenants", """{"name":"shop"}""", Sample.Tenant)]
    [InlineData("key create shop ci", "POST /v1/tenants/tenant-1/api-keys", """{"name":"ci"}""", Sample.NewKey)]
    [InlineData(
        "tenant limit shop --new-flows 0 --new-flows-per-source 50",
        "PUT /v1/tenants/tenant-1/limits",
        """{"newFlowsPerSecond":0,"newFlowsPerSecondPerSource":50}""",
        Sample.Tenant)]
    [InlineData(
        "zone put a --vip-pool 1.0.0.0/20 --snat-pool 2.0.0.0/24 --probe-pool 3.0.0.0/24",
        "PUT /v1/zones/a",
        """{"vipPool":"1.0.0.0/20","snatPool":"2.0.0.0/24","probePool":"3.0.0.0/24"}""",
        Sample.Zone)]
    [InlineData(
        "cell put a1 --zone a --shard-size 2", "PUT /v1/cells/a1", """{"zone":"a","shardSize":2}""", Sample.Cell)]
    [InlineData("cell drain a1", "POST /v1/cells/a1:drain", "", Sample.Cell)]
    [InlineData("cell delete a1", "DELETE /v1/cells/a1", "", "")]
    [InlineData("cell put a1 --zone a", "PUT /v1/cells/a1", """{"zone":"a"}""", Sample.Cell)]
    [InlineData(
        "cell put a1 --zone a --tunnel-source-prefix 172.30.0.0/24 --ipv6-tunnel-source-prefix fd00:30::/64",
        "PUT /v1/cells/a1",
        """{"zone":"a","tunnelSourcePrefix":"172.30.0.0/24","ipv6TunnelSourcePrefix":"fd00:30::/64"}""",
        Sample.Cell)]
    [InlineData(
        "node put node-a1 --cell a1 --address 10.1.0.11",
        "PUT /v1/cells/a1/nodes/node-a1",
        """{"address":"10.1.0.11"}""",
        Sample.Node)]
    [InlineData("node drain node-a1 --cell a1", "POST /v1/cells/a1/nodes/node-a1:drain", "", Sample.Node)]
    [InlineData("undrain-node node-a1 --cell a1", "POST /v1/cells/a1/nodes/node-a1:undrain", "", Sample.Node)]
    [InlineData("node enroll node-a1 --cell a1", "POST /v1/cells/a1/nodes/node-a1:enroll", "", Sample.EnrolmentToken)]
    [InlineData("node revoke node-a1 --cell a1", "POST /v1/cells/a1/nodes/node-a1:revoke", "", Sample.Node)]
    [InlineData("node delete node-a1 --cell a1", "DELETE /v1/cells/a1/nodes/node-a1", "", "")]
    [InlineData("admin snapshot pin a1 42", "POST /v1/cells/a1/snapshots/42:pin", "", Sample.Rollout)]
    [InlineData("admin snapshot unpin a1", "POST /v1/cells/a1/snapshots:unpin", "", Sample.Rollout)]
    [InlineData("admin snapshot rollback a1", "POST /v1/cells/a1/snapshots:rollback", "", Sample.Rollout)]
    [InlineData("admin snapshot allow-removals a1", "POST /v1/cells/a1/snapshots:allow-removals", "", Sample.Rollout)]
    [InlineData("tenant delete shop", "DELETE /v1/tenants/tenant-1", "", "")]
    [InlineData("nlb delete web --cascade", "DELETE /v1/load-balancers/lb-1?cascade=true", "", "")]
    [InlineData("key delete shop ci", "DELETE /v1/tenants/tenant-1/api-keys/key-1", "", "")]
    [InlineData("target-group delete servers", "DELETE /v1/target-groups/tg-1", "", "")]
    public async Task The_other_commands_send_one_write(string line, string expected, string body, string answer)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/tenants", StubAnswer.List(Sample.Tenant))
            .On("GET /v1/tenants/tenant-1/api-keys", StubAnswer.List(Sample.Key))
            .On("GET /v1/target-groups", StubAnswer.List(Sample.TargetGroup))
            .On("GET /v1/load-balancers", StubAnswer.List(Sample.LoadBalancer()))
            .On(expected, answer == "" ? StubAnswer.Empty(204) : StubAnswer.Json(201, answer));

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.ExitCode);
        Assert.NotEqual("", outcome.Output);
        StubRequest write =
            Assert.Single(api.Requests, request => !request.Line.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal(expected, write.Line);
        if (body == "")
            Assert.Equal("", write.Body);
        else
            AssertJson(body, write.Body);
    }

    private static string Page(string id, string token) =>
        $$"""{"items":[{{Sample.LoadBalancer(id: id)}}],"nextPageToken":{{token}}}""";

    private static void AssertJson(string expected, string actual)
    {
        using JsonDocument wanted = JsonDocument.Parse(expected);
        using JsonDocument seen = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, seen.RootElement), actual);
    }
}
