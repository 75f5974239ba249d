using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Tests.Store;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.TargetGroups;

/// <summary>All attributes by name: a new one needs a line here.</summary>
public sealed class EveryAttributeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";
    private const string CrossZone = "load_balancing.cross_zone.enabled";

    private static readonly (string Name, string Value) Dsr = ("forwarding.mode", "dsr");

    /// <summary>What nodes are told of each; null: nothing, the controller sees to it.</summary>
    private static readonly Row[] OfGroups =
    [
        new("deregistration_delay.connection_termination.enabled", "true", null),
        new("forwarding.encapsulation", "vxlan", told => $"{told.Group.Tunnel?.Kind}", Dsr),
        new("forwarding.mode", "dsr", told => $"{told.Group.Tunnel is not null}"),
        new("forwarding.network_id", "7", told => $"{told.Group.Tunnel?.NetworkId}", Dsr,
            ("forwarding.encapsulation", "vxlan")),
        new("forwarding.port", "6081", told => $"{told.Group.Tunnel?.Port}", Dsr),
        new("health_checks.endpoint_weight.enabled", "true", told => $"{told.Group.HealthCheck.EndpointWeight}"),
        new("load_balancing.algorithm.type", "least_flows", told => $"{told.Group.Selection}"),
        new(CrossZone, "true", told => $"{told.NearFirst}"),
        new("preserve_client_ip.enabled", "true", null, Dsr),
        new("proxy_protocol_v2.enabled", "true", told => $"{told.Group.ProxyProtocol}"),
        new("stickiness.enabled", "true", told => $"{told.Group.Selection}"),
        new("stickiness.type", "source_ip", null),
        new(Routing + "count", "2", told => $"{told.Group.MinHealthyCount}"),
        new(Routing + "percentage", "50", told => $"{told.Group.MinHealthyPercent}"),
        new("target_health_state.unhealthy.connection_termination.enabled", "true",
            told => $"{told.Group.UnhealthyFlows?.EndAfterMs}"),
        new("target_health_state.unhealthy.draining_interval_seconds", "60",
            told => $"{told.Group.UnhealthyFlows?.EndAfterMs}"),
    ];

    private static readonly Row[] OfLoadBalancers =
    [
        new("deletion_protection.enabled", "true", null),
        new("flow_log.enabled", "true", told => $"{told.LoggedFor}"),
        new(CrossZone, "true", told => $"{told.NearFirst}"),
        new("zonal_shift.config.enabled", "true", null),
    ];

    private static readonly string[] OfAws =
    [
        "deletion_protection.enabled", CrossZone, "access_logs.s3.enabled", "access_logs.s3.bucket",
        "access_logs.s3.prefix", "ipv6.deny_all_igw_traffic", "zonal_shift.config.enabled",
        "dns_record.client_routing_policy", "secondary_ips.auto_assigned.per_subnet",
    ];

    private static readonly string[] OfAwsGroups =
    [
        "deregistration_delay.timeout_seconds", "deregistration_delay.connection_termination.enabled",
        "stickiness.enabled", "stickiness.type", CrossZone, "preserve_client_ip.enabled", "proxy_protocol_v2.enabled",
        "target_health_state.unhealthy.connection_termination.enabled",
        "target_health_state.unhealthy.draining_interval_seconds",
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage", Routing + "count",
        Routing + "percentage",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_kept_shown_told_to_nodes_and_taken_back()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        await region.ZoneAsync("b", net: 20, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer web = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(
            tenant,
            Region.Group("pool") with
            {
                HealthCheck = new HealthCheckConfig(HealthCheckProtocol.Http, null, "/", 30, 6, 5, 2, "200-399"),
            },
            Cancel));
        await region.ListenerAsync(tenant, web.Id, group.Id, port: 8080);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id,
            [
                new Contracts.Targets.TargetConfig("10.0.0.1", null, 1) { Zone = "a" },
                new Contracts.Targets.TargetConfig("10.0.0.2", null, 1) { Zone = "b" },
            ],
            Cancel));
        Assert.Equal(TargetGroupAttributes.Names, OfGroups.Select(row => row.Name).Order(StringComparer.Ordinal));
        Assert.Equal(LoadBalancerAttributes.Names, OfLoadBalancers.Select(row => row.Name));

        foreach (Row row in OfGroups)
            await CheckAsync(
                region, row, async change => Region.Done(await region.TargetGroups.ChangeAsync(
                    tenant, group.Id, new TargetGroupChange(null, change), Cancel)).Attributes,
                async () => Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Attributes);
        foreach (Row row in OfLoadBalancers)
            await CheckAsync(
                region, row, async change => Region.Done(await region.LoadBalancers.ChangeAsync(
                    tenant, web.Id, new LoadBalancerChange { Attributes = change }, Cancel)).Attributes,
                async () => Region.Done(await region.LoadBalancers.GetAsync(tenant, web.Id, Cancel)).Attributes);
    }

    [Fact]
    public void Each_name_that_AWS_has_is_known_and_what_is_refused_says_why()
    {
        Assert.Empty(OfAws.Except([.. LoadBalancerAttributes.Names, .. LoadBalancerAttributes.RefusedNames]));
        Assert.Empty(OfAwsGroups.Except([.. TargetGroupAttributes.Names, .. TargetGroupAttributes.RefusedNames]));
        foreach (string name in LoadBalancerAttributes.RefusedNames)
        {
            var errors = new List<FieldError>();
            LoadBalancerAttributes.Check(errors, new Dictionary<string, string> { [name] = "true" });
            CheckRefusal(name, errors);
        }

        foreach (string name in TargetGroupAttributes.RefusedNames)
            CheckRefusal(name, TargetGroupRules.Check(
                Region.Group("web") with { Attributes = new Dictionary<string, string> { [name] = "1" } }));
    }

    private static void CheckRefusal(string name, List<FieldError> errors)
    {
        FieldError error = Assert.Single(errors);
        Assert.Equal($"/attributes/{name}", error.Pointer);
        Assert.Contains(error.Code, (string[])["needs_dns", "needs_tls", "not_applicable", "use_member"]);
    }

    private static async Task CheckAsync(
        Region region, Row row, Func<Dictionary<string, string?>, Task<IReadOnlyDictionary<string, string>>> change,
        Func<Task<IReadOnlyDictionary<string, string>>> get)
    {
        string usual = (await get()).GetValueOrDefault(row.Name, "absent");
        Dictionary<string, string?> first = row.With.ToDictionary(one => one.Name, one => (string?)one.Value);
        await change(first);
        string? before = await ToldAsync(region, row);
        await change(new Dictionary<string, string?> { [row.Name] = row.Value });
        Assert.Equal((row.Name, row.Value), (row.Name, (await get())[row.Name]));
        if (row.Told is not null)
            Assert.NotEqual((row.Name, before), (row.Name, await ToldAsync(region, row)));
        await change(new Dictionary<string, string?> { [row.Name] = null });
        Assert.Equal((row.Name, before), (row.Name, await ToldAsync(region, row)));
        await change(first.ToDictionary(one => one.Key, _ => (string?)null));
        Assert.Equal((row.Name, usual), (row.Name, (await get()).GetValueOrDefault(row.Name, "absent")));
    }

    private static async Task<string?> ToldAsync(Region region, Row row)
    {
        Snapshot snapshot = await region.SnapshotAsync();
        Snapshots.SnapshotInvariants.Check(snapshot);
        Vip vip = Assert.Single(snapshot.Vips);
        Hyperplane.Cells.Contracts.Listener listener = Assert.Single(vip.Listeners);
        Assert.Equal(vip.FlowLog is null, listener.Name.Length == 0);
        return row.Told?.Invoke(new Told(
            Assert.Single(snapshot.TargetGroups), listener.Groups.Any(share => share.NearFirst),
            $"{vip.FlowLog?.Tenant} {listener.Name}"));
    }

    private sealed record Told(Hyperplane.Cells.Contracts.TargetGroup Group, bool NearFirst, string LoggedFor);

    private sealed record Row(
        string Name, string Value, Func<Told, string>? Told, params (string Name, string Value)[] With);
}
