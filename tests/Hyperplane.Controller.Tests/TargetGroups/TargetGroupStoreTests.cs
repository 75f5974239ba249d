using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.TargetGroups;

public sealed class TargetGroupStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_comes_back_as_it_was_asked_for_and_http_checks_have_defaults()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        TargetGroupConfig config = Region.Group("web") with
        {
            HealthCheck = new HealthCheckConfig(HealthCheckProtocol.Http, 81, null, 5, 2, 3, 4, null),
            Tags = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
        };
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(tenant, config, Cancel));
        Assert.Equal(("/", "200-399"), (group.HealthCheck.Path, group.HealthCheck.Matcher));
        Assert.Equal(["a", "b"], group.Tags.Keys);
        Assert.Equal((
            ProvisioningStatus.Active, OperatingStatus.NoTargets), (group.Status.Provisioning, group.Status.Operating));
        var again = Assert.IsType<Outcome<TargetGroup>.Done>(await region.TargetGroups.CreateAsync(
            tenant, config with { HealthCheck = config.HealthCheck with { Path = "/" } }, Cancel));
        Assert.Equal((false, group.Id), (again.Changed, again.Value.Id));
        Assert.Equal("name_in_use", Region.Refused(
            await region.TargetGroups.CreateAsync(tenant, config with { Port = 1 }, Cancel)).Code);
        Assert.Equal(
            [group.Id], (await region.TargetGroups.ListAsync(tenant, new PageRequest(5, null, "web"), Cancel)).Items
                .Select(item => item.Id));
    }

    [Fact]
    public async Task Concurrent_creates_of_one_name_make_one_group()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        Outcome<TargetGroup>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            _ => Task.Run(() => region.TargetGroups.CreateAsync(tenant, Region.Group("web"), Cancel))));
        Assert.Single(outcomes.OfType<Outcome<TargetGroup>.Done>(), done => done.Changed);
        Assert.Single(outcomes.Select(Region.Done).Select(group => group.Id).Distinct());
    }

    [Fact]
    public async Task Attributes_are_changed_one_by_one_and_those_of_a_mode_go_with_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(tenant, Region.Group("web"), Cancel));
        await region.ListenerAsync(tenant, (await region.LoadBalancerAsync(tenant)).Id, group.Id, port: 8080);
        TargetGroup changed = await ChangeAsync(60, ("load_balancing.algorithm.type", "least_flows"));
        Assert.Equal((60, 2L), (changed.DeregistrationDelaySeconds, changed.Generation));
        changed = await ChangeAsync(
            null, ("forwarding.mode", "dsr"), ("forwarding.encapsulation", "vxlan"), ("forwarding.network_id", "5"));
        Assert.Equal("least_flows", changed.Attributes["load_balancing.algorithm.type"]);
        Assert.Equal(5u, Assert.Single((await region.SnapshotAsync()).TargetGroups).Tunnel.NetworkId);
        Assert.Equal(3, (await ChangeAsync(60, ("forwarding.network_id", "5"))).Generation);
        changed = await ChangeAsync(null, ("forwarding.mode", "nat"));
        Assert.DoesNotContain("forwarding.network_id", changed.Attributes.Keys);
        Assert.Null(Assert.Single((await region.SnapshotAsync()).TargetGroups).Tunnel);

        async Task<TargetGroup> ChangeAsync(int? delaySeconds, params (string Key, string Value)[] said) =>
            Region.Done(await region.TargetGroups.ChangeAsync(tenant, group.Id, Change(delaySeconds, said), Cancel));
    }

    [Fact]
    public async Task A_change_that_contradicts_what_is_there_is_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        TargetGroup group = Region.Done(await region.TargetGroups.CreateAsync(tenant, Region.Group("web"), Cancel));
        await region.ListenerAsync(tenant, (await region.LoadBalancerAsync(tenant)).Id, group.Id, port: 80);
        await RefusesAsync("/attributes/forwarding.mode", null, ("forwarding.mode", "dsr"));
        await RefusesAsync("/attributes/proxy_protocol_v2.enabled", null, ("proxy_protocol_v2.enabled", "yes"));
        await RefusesAsync("/attributes", null, ("no.such", "1"));
        await RefusesAsync("/deregistrationDelaySeconds", 3_601);
        Assert.Equal("not_found", Region.Refused(await region.TargetGroups.ChangeAsync(
            (await region.TenantAsync("other")).Id, group.Id, Change(1), Cancel)).Code);
        Assert.Equal(1, Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Generation);

        async Task RefusesAsync(string pointer, int? delaySeconds, params (string Key, string Value)[] said) =>
            Assert.Equal(pointer, Assert.Single(Region.Refused(await region.TargetGroups.ChangeAsync(
                tenant, group.Id, Change(delaySeconds, said), Cancel)).Errors).Pointer);
    }

    private static TargetGroupChange Change(int? delaySeconds, params (string Key, string Value)[] said) =>
        new(delaySeconds, said.ToDictionary(one => one.Key, string? (one) => one.Value));

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        string tenant = (await region.TenantAsync()).Id;
        Refusal refusal = Region.Refused(await region.TargetGroups.CreateAsync(
            tenant,
            new TargetGroupConfig(
                "x-",
                (TransportProtocol)9,
                0,
                new HealthCheckConfig(HealthCheckProtocol.Tcp, 70_000, "/x", 0, 121, 1, 11, "200"),
                3_601,
                new Dictionary<string, string>()),
            Cancel));
        Assert.Equal(
            [
                "/name", "/protocol", "/port", "/deregistrationDelaySeconds", "/healthCheck/port",
                    "/healthCheck/intervalSeconds",
                "/healthCheck/timeoutSeconds", "/healthCheck/timeoutSeconds", "/healthCheck/healthyThreshold",
                "/healthCheck/unhealthyThreshold", "/healthCheck/path", "/healthCheck/matcher",
            ],
            refusal.Errors.Select(error => error.Pointer));
        Assert.All(refusal.Errors, error => Assert.Equal("invalid_value", error.Code));
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/a?b=c", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("/a b", false)]
    [InlineData("/a\r\nHost: x", false)]
    [InlineData("/ü", false)]
    public void A_path_is_what_may_stand_on_a_request_line(string path, bool allowed)
    {
        TargetGroupConfig config = Region.Group("web") with
        {
            HealthCheck = new HealthCheckConfig(HealthCheckProtocol.Http, null, path, 5, 2, 2, 2, null),
        };
        Assert.Equal(allowed, TargetGroupRules.Check(config).Count == 0);
    }

    [Theory]
    [InlineData("200", 200, 200)]
    [InlineData("200-399", 200, 399)]
    [InlineData("399-200", 0, 0)]
    [InlineData("199", 0, 0)]
    [InlineData("600", 0, 0)]
    [InlineData("200-", 0, 0)]
    [InlineData("200-300-400", 0, 0)]
    [InlineData(" 200", 0, 0)]
    [InlineData("+20", 0, 0)]
    public void A_matcher_is_one_code_or_a_range(string text, int least, int most)
    {
        Assert.Equal(least > 0, StatusCodes.TryParse(text, out StatusCodes codes));
        Assert.Equal(new StatusCodes(least, most), codes);
    }

    [Fact]
    public void Any_text_is_a_matcher_or_none() => Prop.ForAll<string>(text =>
    {
        if (StatusCodes.TryParse(text, out StatusCodes codes))
            Assert.True(codes.Least is >= 200 and <= 599 && codes.Most >= codes.Least && codes.Most <= 599);
    }).QuickCheckThrowOnFailure();
}
