using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.Tests.TargetGroups;

/// <summary>/v1/target-groups and listeners when all is well.</summary>
public sealed class TargetGroupTests
{
    public static TheoryData<string, HealthCheckConfig> HealthChecks => new()
    {
        { "null", new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 30, 10, 5, 2, null) },
        { "{}", new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 30, 10, 5, 2, null) },
        { """{"protocol":"HTTP"}""",
            new HealthCheckConfig(HealthCheckProtocol.Http, null, "/", 30, 6, 5, 2, "200-399") },
        { """{"intervalSeconds":5}""", new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 5, 5, 5, 2, null) },
        {
            """
            {
              "protocol": "HTTP", "port": 9000, "path": "/up?x=1", "intervalSeconds": 1, "timeoutSeconds": 1,
              "healthyThreshold": 2, "unhealthyThreshold": 10, "matcher": "204"
            }
            """,
            new HealthCheckConfig(HealthCheckProtocol.Http, 9000, "/up?x=1", 1, 1, 2, 10, "204")
        },
    };

    [Theory]
    [MemberData(nameof(HealthChecks))]
    public async Task What_a_health_check_leaves_out_has_a_default(string check, HealthCheckConfig expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST", "/v1/target-groups", $$"""{"name":"web","protocol":"TCP","port":80,"healthCheck":{{check}}}""");
        Assert.Equal((202, "/v1/target-groups/tg-web"), (answer.Status, answer.Headers["Location"]));
        TargetGroupConfig asked = host.Fake<MemoryTargetGroups, ITargetGroups>().Created!;
        Assert.Equal(expected, asked.HealthCheck);
        Assert.Equal((TransportProtocol.Tcp, 80, 300), (asked.Protocol, asked.Port, asked.DeregistrationDelaySeconds));
    }

    [Theory]
    [InlineData("ipv4", TargetAddressType.Ipv4)]
    [InlineData("ipv6", TargetAddressType.Ipv6)]
    public async Task A_target_group_has_targets_of_one_family(string type, TargetAddressType expected)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.SendAsync(
            "POST",
            "/v1/target-groups",
            $$"""{"name":"web","protocol":"TCP","port":80,"ipAddressType":"{{type}}"}""");
        Assert.Equal(type, answer.Body.GetProperty("ipAddressType").GetString());
        Assert.Equal(expected, host.Fake<MemoryTargetGroups, ITargetGroups>().Created!.IpAddressType);
    }

    [Fact]
    public async Task A_target_group_is_on_the_wire_as_it_was_asked_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/target-groups",
            """{"name":"dns","protocol":"UDP","port":53,"deregistrationDelaySeconds":0}""");
        Answer answer = await host.SendAsync("GET", "/v1/target-groups/tg-dns");
        Assert.Equal("UDP", answer.Body.GetProperty("protocol").GetString());
        Assert.Equal(0, answer.Body.GetProperty("deregistrationDelaySeconds").GetInt32());
        (answer with { Body = answer.Body.GetProperty("healthCheck") }).BodyIs(
            """
            {
              "protocol": "TCP", "port": null, "path": null, "intervalSeconds": 30, "timeoutSeconds": 10,
              "healthyThreshold": 5, "unhealthyThreshold": 2, "matcher": null
            }
            """);
        Assert.Equal(1, (await host.SendAsync("GET", "/v1/target-groups")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(202, (await host.SendAsync("DELETE", "/v1/target-groups/tg-dns")).Status);
        (await host.SendAsync("DELETE", "/v1/target-groups/tg-dns")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_target_group_and_a_listener_are_changed_by_what_is_said()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/target-groups",
            """{"name":"web","protocol":"TCP","port":80,"attributes":{"forwarding.mode":"nat"}}""");
        Answer group = await host.SendAsync("PATCH", "/v1/target-groups/tg-web",
            """{"deregistrationDelaySeconds":5,"attributes":{"proxy_protocol_v2.enabled":"true"}}""");
        Assert.Equal((202, 5), (group.Status, group.Body.GetProperty("deregistrationDelaySeconds").GetInt32()));
        (group with { Body = group.Body.GetProperty("attributes") }).BodyIs(
            """{"forwarding.mode":"nat","proxy_protocol_v2.enabled":"true"}""");
        Assert.Equal(202, (await host.SendAsync("PATCH", "/v1/target-groups/tg-web", "{}")).Status);
        (await host.SendAsync("PATCH", "/v1/target-groups/tg-web", """{"port":81,"attributes":{}}"""))
            .IsProblem(400, "unknown_member");
        (await host.SendAsync("PATCH", "/v1/target-groups/tg-no", """{"deregistrationDelaySeconds":5}"""))
            .IsProblem(404, "not_found");

        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        await host.SendAsync("POST", "/v1/load-balancers/lb-web/listeners",
            """{"protocol":"TCP","port":80,"targetGroupId":"tg-web"}""");
        const string path = "/v1/load-balancers/lb-web/listeners/listener-80";
        Answer listener = await host.SendAsync("PATCH", path,
            """{"targetGroups":[{"targetGroupId":"tg-web","weight":3},{"targetGroupId":"tg-b"}]}""");
        Assert.Equal((202, 350), (listener.Status, listener.Body.GetProperty("idleTimeoutSeconds").GetInt32()));
        (listener with { Body = listener.Body.GetProperty("targetGroups") }).BodyIs(
            """[{"targetGroupId":"tg-web","weight":3},{"targetGroupId":"tg-b","weight":1}]""");
        Assert.Equal(202, (await host.SendAsync("PATCH", path, "{}")).Status);
        (await host.SendAsync("PATCH", path, """{"targetGroups":null}""")).IsProblem(400, "invalid_value");
        (await host.SendAsync("PATCH", path, """{"idleTimeoutSeconds":59}""")).IsProblem(400, "invalid_value");
    }

    [Theory]
    [InlineData("""{"protocol":"TCP","port":1,"targetGroupId":"tg-1"}""", TransportProtocol.Tcp, 1, null)]
    [InlineData("""{"protocol":"TCP","port":65535,"targetGroupId":"tg-1","idleTimeoutSeconds":6000}""",
     TransportProtocol.Tcp, 65535, 6000)]
    [InlineData("""{"protocol":"UDP","port":53,"targetGroupId":"tg-1","idleTimeoutSeconds":120}""",
     TransportProtocol.Udp, 53, null)]
    [InlineData("""{"protocol":"TCP","port":80.0,"targetGroupId":"tg-1"}""", TransportProtocol.Tcp, 80, null)]
    public async Task A_listener_reaches_the_controller_as_it_was_asked_for(
        string body, TransportProtocol protocol, int port, int? idleTimeoutSeconds)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        Answer answer = await host.SendAsync("POST", "/v1/load-balancers/lb-web/listeners", body);
        Assert.Equal(
            (202, $"/v1/load-balancers/lb-web/listeners/listener-{port}"), (answer.Status, answer.Headers["Location"]));
        ListenerConfig asked = host.Fake<MemoryListeners, IListeners>().Created!;
        Assert.Equal(
            new ListenerConfig(protocol, port, "tg-1", idleTimeoutSeconds)
            {
                TargetGroups = asked.TargetGroups,
                AllowedCidrs = asked.AllowedCidrs,
                DeniedCidrs = asked.DeniedCidrs,
            },
            asked);
        Assert.Empty(asked.AllowedCidrs.Concat(asked.DeniedCidrs));
        Assert.Equal([new TargetGroupShare("tg-1", 1)], asked.TargetGroups);
        Assert.Equal(
            port, (await host.SendAsync("GET", answer.Headers["Location"])).Body.GetProperty("port").GetInt32());
        Assert.Equal(
            1, (await host.SendAsync("GET", "/v1/load-balancers/lb-web/listeners")).Body.GetProperty("items")
                .GetArrayLength());
        Assert.Equal(202, (await host.SendAsync("DELETE", answer.Headers["Location"])).Status);
    }

    [Fact]
    public async Task A_listener_of_another_tenants_load_balancer_is_404()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        Answer answer = await host.SendAsync(
            "POST", "/v1/load-balancers/lb-web/listeners", """{"protocol":"TCP","port":80,"targetGroupId":"tg-1"}""",
                "bank-key");
        answer.IsProblem(404, "not_found");
    }
}
