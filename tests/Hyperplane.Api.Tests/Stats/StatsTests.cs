using Hyperplane.Api.Stats;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Tests.Stats;

public sealed class StatsTests
{
    private const string Flows =
        """
        {"newFlows":1,"activeFlows":2,"packetsIn":3,"bytesIn":4,"packetsOut":5,"bytesOut":6,
         "clientResets":7,"targetResets":8,"loadBalancerResets":9}
        """;

    private const string Drops = """[{"reason":"no_target","packets":10},{"reason":"other","packets":11}]""";

    [Fact]
    public void Each_reason_has_its_name_and_a_newer_one_is_another() => Assert.Equal(
        Enum.GetValues<DropReason>().Append((DropReason)29)
            .Select(reason => Enum.IsDefined(reason) ? reason.ToString() : nameof(DropReason.Other)),
        Enum.GetValues<DropReason>().Append((DropReason)29)
            .Select(reason => DropCountView.From(new DropCount(reason, 1)).Reason.ToString()));

    [Fact]
    public async Task Counters_come_by_zone_listener_and_target()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        await host.SendAsync("POST", "/v1/target-groups", """{"name":"web","protocol":"TCP","port":80}""");
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/stats")).BodyIs(
            $$"""
            {"at":"2025-01-02T03:04:05+00:00","flows":{{Flows}},"drops":{{Drops}},
             "zones":[{"zone":"a","nodes":1,"flows":{{Flows}},"drops":{{Drops}}}],
             "listeners":[{"id":"listener-80","protocol":"TCP","port":80,"flows":{{Flows}},"drops":{{Drops}}}]}
            """);
        (await host.SendAsync("GET", "/v1/target-groups/tg-web/stats")).BodyIs(
            $$"""
            {"at":"2025-01-02T03:04:05+00:00","flows":{{Flows}},
             "zones":[{"zone":"a","nodes":1,"flows":{{Flows}},"drops":[]}],
             "targets":[{"id":"target-1","address":"10.0.0.7","port":80,"state":"healthy","flows":{{Flows}}}]}
            """);
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/stats", key: "bank-key")).IsProblem(404, "not_found");
    }
}
