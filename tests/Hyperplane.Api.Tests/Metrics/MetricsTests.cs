using System.Text.Json;
using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.Tests.Metrics;

/// <summary>Pages of metrics, read as Prometheus reads them.</summary>
public sealed class MetricsTests
{
    private const string Open = "application/openmetrics-text";

    /// <summary>What Prometheus 3 sends.</summary>
    private const string Prometheus =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private static readonly (string Key, string Value)[] Tags =
    [
        ("team", "say \"hi\""), ("back\\slash", "C:\\new\\\"\n"), ("new\nline", "\n\n"), ("{a=\"b\"}", "# EOF\n# TYPE"),
        ("ключ", "значение 🙂"), ("empty", ""),
    ];

    [Theory]
    [InlineData(null)]
    [InlineData(Prometheus)]
    public async Task Numbers_are_those_of_stats_whatever_tags_say(string? accept)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host);
        foreach (string path in (string[])["/v1/load-balancers/lb-web/metrics", "/v1/metrics"])
        {
            Answer answer = await AskAsync(host, path, accept);
            Assert.Equal(accept is not null, answer.ContentType.StartsWith(Open, StringComparison.Ordinal));
            Assert.Equal("Accept", answer.Headers["Vary"]);
            var page = Exposition.Read(answer);
            JsonElement stats = (await host.SendAsync("GET", "/v1/load-balancers/lb-web/stats")).Body;
            foreach (JsonElement zone in stats.GetProperty("zones").EnumerateArray())
                Same(page, "load_balancer", zone, ("zone", zone.GetProperty("zone").GetString()!));
            foreach (JsonElement listener in stats.GetProperty("listeners").EnumerateArray())
                Same(page, "listener", listener, ("listener", listener.GetProperty("id").GetString()!));
            JsonElement group = (await host.SendAsync("GET", "/v1/target-groups/tg-web/stats")).Body;
            foreach (JsonElement zone in group.GetProperty("zones").EnumerateArray())
                Same(page, "target_group", zone, ("zone", zone.GetProperty("zone").GetString()!));
            foreach (JsonElement target in group.GetProperty("targets").EnumerateArray())
                Same(page, "target", target, ("address", target.GetProperty("address").GetString()!));
            foreach (string what in (string[])["load_balancer", "target_group"])
            {
                string name = $"hyperplane_{what}_tag_info";
                Assert.Equal(
                    Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal),
                    page.All(name).Select(one => (one.Labels["key"], one.Labels["value"]))
                        .OrderBy(tag => tag.Item1, StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Health_is_told_of_each_target_and_of_all_and_what_is_left_out()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host);
        var page = Exposition.Read(await AskAsync(host, "/v1/metrics", null));
        const string state = "hyperplane_target_group_targets";
        Assert.Equal(1, page.Of(state, ("state", "healthy"), ("target_group", "tg-web")));
        Assert.Equal(1, page.Of(state, ("state", "unhealthy.draining")));
        Assert.Equal(6, page.All(state).Length);
        Assert.Equal(2, page.All(state).Sum(one => one.Value));
        Assert.Equal(1, page.Of("hyperplane_target_healthy", ("target", "target-1"), ("port", "80")));
        Assert.Equal(0, page.Of("hyperplane_target_healthy", ("target", "target-2"), ("address", "fd00::7")));
        Assert.Equal(1, page.Of("hyperplane_load_balancer_operating_status", ("status", "degraded")));
        Assert.Equal(1, page.All("hyperplane_load_balancer_operating_status").Sum(one => one.Value));
        Assert.Equal(1, page.Of("hyperplane_load_balancer_nodes", ("zone", "a"), ("load_balancer_name", "web")));
        Assert.Equal(3, page.Of("hyperplane_metrics_left_out", ("kind", "load_balancer")));
        Assert.Equal(
            new TrafficLimits(200, 2_000, 5_000), host.Fake<MemoryTraffic, ITraffic>().Asked);
    }

    [Fact]
    public async Task A_tenant_without_anything_has_an_empty_page_and_nobody_elses()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await CreateAsync(host);
        var page = Exposition.Read(await host.SendAsync(
            "GET", "/v1/metrics", null, "bank-key", ("Accept", Open)));
        Assert.Equal(["hyperplane_metrics_left_out"], page.Samples.Select(one => one.Name).Distinct());
        (await host.SendAsync("GET", "/v1/load-balancers/lb-web/metrics", key: "bank-key"))
            .IsProblem(404, "not_found");
        (await host.SendAsync("GET", "/v1/metrics", key: null)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task The_operator_reads_how_nodes_are_and_what_they_count()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SendAsync("PUT", "/v1/cells/a1", """{"zone":"a"}""", "operator-key");
        await host.SendAsync("PUT", "/v1/cells/a1/nodes/n1", """{"address":"10.1.0.11"}""", "operator-key");
        foreach (string accept in (string[])["text/plain", Open])
        {
            var page = Exposition.Read(await host.SendAsync(
                "GET", "/v1/metrics", null, "operator-key", ("Accept", accept)));
            Assert.Equal(
                5, page.Of("hyperplane_node_counter", ("counter", "forwarded"), ("cell", "a1"), ("node", "n1")));
            Assert.Equal(7, page.Of("hyperplane_node_wanted_version", ("node", "n1")));
            Assert.Equal(1, page.Of("hyperplane_node_established_peers", ("node", "n1")));
            Assert.Empty(page.All("hyperplane_node_last_report_timestamp_seconds"));
        }

        Assert.Equal(
            403, (await host.SendAsync("GET", "/v1/load-balancers/lb-web/metrics", key: "operator-key")).Status);
    }

    [Theory]
    [InlineData("*/*", false)]
    [InlineData("", false)]
    [InlineData("nonsense;;q=", false)]
    [InlineData("text/html", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"", true)]
    [InlineData("APPLICATION/OPENMETRICS-TEXT; VERSION=1.0.0", true)]
    [InlineData("application/openmetrics-text; version=0.0.1", false)]
    [InlineData("application/openmetrics-text; q=0", false)]
    [InlineData("application/openmetrics-text; q=0.5, text/plain; version=0.0.4; q=0.6", false)]
    [InlineData("application/openmetrics-text; q=0.5, text/plain; version=0.0.4; q=0.5", true)]
    [InlineData("application/openmetrics-text; q=0.5, text/plain; version=1.0.0", true)]
    public async Task The_format_is_the_one_that_is_asked_for(string accept, bool isOpen)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await AskAsync(host, "/v1/metrics", accept);
        Exposition.Read(answer);
        Assert.Equal(isOpen, answer.ContentType.StartsWith(Open, StringComparison.Ordinal));
    }

    private static Task<Answer> AskAsync(ApiHost host, string path, string? accept) => accept is null
        ? host.SendAsync("GET", path)
        : host.SendAsync("GET", path, null, "shop-key", ("Accept", accept));

    /// <summary>Tags that the API refuses, too: what a page tells does not hang on its rules.</summary>
    private static async Task CreateAsync(ApiHost host)
    {
        await host.SendAsync("POST", "/v1/load-balancers", """{"name":"web","zones":[{"zone":"a"}]}""");
        await host.SendAsync("POST", "/v1/target-groups", """{"name":"web","protocol":"TCP","port":80}""");
        var tags = Tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        string tenant = host.Store.Resources.Keys.Single(key => key.Id == "lb-web").Tenant;
        host.Store.Change<LoadBalancer>(tenant, "lb-web", one => one with { Tags = tags });
        host.Store.Change<TargetGroup>(tenant, "tg-web", one => one with { Tags = tags });
    }

    private static void Same(Exposition page, string what, JsonElement counted, (string, string) where)
    {
        JsonElement flows = counted.GetProperty("flows");
        (string Metric, string Member, (string, string)[] Labels)[] numbers =
        [
            ("new_flows_total", "newFlows", [where]), ("active_flows", "activeFlows", [where]),
            ("received_packets_total", "packetsIn", [where]), ("received_bytes_total", "bytesIn", [where]),
            ("sent_packets_total", "packetsOut", [where]), ("sent_bytes_total", "bytesOut", [where]),
            ("tcp_resets_total", "clientResets", [where, ("side", "client")]),
            ("tcp_resets_total", "targetResets", [where, ("side", "target")]),
            ("tcp_resets_total", "loadBalancerResets", [where, ("side", "load_balancer")]),
        ];
        Assert.Equal(flows.EnumerateObject().Count(), numbers.Length);
        foreach ((string metric, string member, (string, string)[] labels) in numbers)
            Assert.Equal(flows.GetProperty(member).GetInt64(), page.Of($"hyperplane_{what}_{metric}", labels));
        JsonElement[] drops =
            counted.TryGetProperty("drops", out JsonElement told) ? [.. told.EnumerateArray()] : [];
        Assert.Equal(drops.Length, page.All($"hyperplane_{what}_dropped_packets_total", where).Length);
        foreach (JsonElement drop in drops)
            Assert.Equal(
                drop.GetProperty("packets").GetInt64(),
                page.Of(
                    $"hyperplane_{what}_dropped_packets_total", where,
                    ("reason", drop.GetProperty("reason").GetString()!)));
    }
}
