using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.TargetGroups;

public sealed class TargetGroupAttributesTests
{
    private const string EndsUnhealthy = "target_health_state.unhealthy.connection_termination.enabled";
    private const string Routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";
    private const string Algorithm = "load_balancing.algorithm.type";
    private const string Sticky = "stickiness.enabled";
    private const string Interval = "target_health_state.unhealthy.draining_interval_seconds";

    [Theory]
    [InlineData("load_balancing.algorithm.type", "round_robin")]
    [InlineData("load_balancing.cross_zone.enabled", "yes")]
    [InlineData("deregistration_delay.connection_termination.enabled", "yes")]
    [InlineData(Interval, "360001")]
    [InlineData(Interval, "-1")]
    [InlineData("proxy_protocol_v2.enabled", "TRUE")]
    [InlineData("preserve_client_ip.enabled", "true")]
    [InlineData("forwarding.port", "6080")]
    [InlineData("stickiness.enabled", "yes")]
    [InlineData("stickiness.type", "lb_cookie")]
    [InlineData(Routing + "count", "0")]
    [InlineData(Routing + "count", "10001")]
    [InlineData(Routing + "count", "off")]
    [InlineData(Routing + "percentage", "0")]
    [InlineData(Routing + "percentage", "101")]
    [InlineData("forwarding.encapsulation", "gue")]
    public void What_cannot_be_is_refused(string key, string value) =>
        Assert.Equal($"/attributes/{key}", Assert.Single(Errors(TransportProtocol.Tcp, (key, value))).Pointer);

    [Fact]
    public void An_attribute_that_is_not_known_is_told_with_those_that_are()
    {
        FieldError error = Assert.Single(Errors(TransportProtocol.Tcp, ("stickiness", "true")));
        Assert.Equal("unknown_attribute", error.Code);
        Assert.Contains("forwarding.mode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_refused_in_one_mode_is_told_with_what_to_use_instead()
    {
        Assert.Contains("proxy_protocol_v2.enabled true, or forwarding.mode dsr", Assert.Single(
            Errors(TransportProtocol.Tcp, ("preserve_client_ip.enabled", "true"))).Message, StringComparison.Ordinal);
        Assert.Equal("/attributes/proxy_protocol_v2.enabled", Assert.Single(Errors(
            TransportProtocol.Tcp, ("proxy_protocol_v2.enabled", "true"), ("forwarding.mode", "dsr"))).Pointer);
        Assert.Equal("/attributes/preserve_client_ip.enabled", Assert.Single(Errors(
            TransportProtocol.Tcp, ("preserve_client_ip.enabled", "false"), ("forwarding.mode", "dsr"))).Pointer);
        Assert.Single(Errors(TransportProtocol.Udp, ("proxy_protocol_v2.enabled", "true")));
        Assert.Single(Errors(TransportProtocol.TcpUdp, (EndsUnhealthy, "true")));
        Assert.Equal("/attributes/health_checks.endpoint_weight.enabled", Assert.Single(
            Errors(TransportProtocol.Tcp, ("health_checks.endpoint_weight.enabled", "true"))).Pointer);
        Assert.Equal($"/attributes/{Interval}", Assert.Single(
            Errors(TransportProtocol.Tcp, (EndsUnhealthy, "true"), (Interval, "5"))).Pointer);
    }

    [Theory]
    [InlineData("ipip", "6080", "0", "/attributes/forwarding.port")]
    [InlineData("gre", "1", "0", "/attributes/forwarding.port")]
    [InlineData("gue", "0", "7", "/attributes/forwarding.network_id")]
    [InlineData("vxlan", "0", "16777216", "/attributes/forwarding.network_id")]
    [InlineData("gre", "0", "16777215", null)]
    [InlineData("vxlan", "4790", "16777215", null)]
    public void A_tunnel_has_what_its_kind_has(string kind, string port, string network, string? pointer) =>
        Assert.Equal(
        pointer,
        Errors(
            TransportProtocol.Tcp, ("forwarding.mode", "dsr"), ("forwarding.encapsulation", kind),
            ("forwarding.port", port), ("forwarding.network_id", network)).SingleOrDefault()?.Pointer);

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"load_balancing.cross_zone.enabled":"use_load_balancer_configuration"}""", null)]
    [InlineData("""{"load_balancing.cross_zone.enabled":"true"}""", true)]
    [InlineData("""{"load_balancing.cross_zone.enabled":"false"}""", false)]
    public void Whether_zones_are_alike_the_load_balancer_says_unless_the_group_does(string stored, bool? crossZone) =>
        Assert.Equal(crossZone, TargetGroupAttributes.Read(stored, TransportProtocol.Tcp).CrossZone);

    [Theory]
    [InlineData("true", "source_ip", true)]
    [InlineData("false", "five_tuple", true)]
    [InlineData("true", "five_tuple", false)]
    [InlineData("false", "source_ip", false)]
    public void Stickiness_and_the_algorithm_say_the_same_or_are_refused(
        string sticky, string algorithm, bool isRight) =>
        Assert.Equal(
            isRight ? [] : [$"/attributes/{Sticky}"],
            Errors(TransportProtocol.Tcp, (Sticky, sticky), (Algorithm, algorithm)).Select(error => error.Pointer));

    [Theory]
    [InlineData("""{"load_balancing.algorithm.type":"source_ip"}""", Sticky, "false", "false", "five_tuple")]
    [InlineData("""{"load_balancing.algorithm.type":"source_ip"}""", Sticky, null, "false", "five_tuple")]
    [InlineData("""{"load_balancing.algorithm.type":"two_choices"}""", Sticky, "false", "false", "two_choices")]
    [InlineData("""{"load_balancing.algorithm.type":"two_choices"}""", Sticky, "true", "true", "source_ip")]
    [InlineData("""{"stickiness.enabled":"true"}""", Algorithm, "two_choices", "false", "two_choices")]
    [InlineData("""{"stickiness.enabled":"true"}""", Algorithm, null, "false", "five_tuple")]
    [InlineData("""{"stickiness.enabled":"false"}""", Algorithm, "source_ip", "true", "source_ip")]
    public void A_change_of_one_moves_the_other(
        string stored, string key, string? value, string sticky, string algorithm)
    {
        IReadOnlyDictionary<string, string> merged = TargetGroupAttributes.Merge(
            Controller.Outcomes.TagText.Read(stored), new Dictionary<string, string?> { [key] = value });
        IReadOnlyDictionary<string, string> all = TargetGroupAttributes.All(merged, TransportProtocol.Tcp);
        Assert.Equal((sticky, algorithm), (all[Sticky], all[Algorithm]));
        Assert.Empty(TargetGroupRules.Check(Region.Group("web") with { Attributes = merged }));
    }

    [Fact]
    public void Defaults_are_those_of_the_protocol()
    {
        TargetGroupSettings tcp = TargetGroupAttributes.Read("{}", TransportProtocol.Tcp);
        Assert.Equal(
            (false, null, "five_tuple", false),
            (tcp.EndsDeregistered, tcp.UnhealthySeconds, tcp.Algorithm, tcp.IsDsr));
        TargetGroupSettings udp = TargetGroupAttributes.Read("{}", TransportProtocol.TcpUdp);
        Assert.Equal((true, null), (udp.EndsDeregistered, udp.UnhealthySeconds));
        TargetGroupSettings soon = TargetGroupAttributes.Read(
            $$"""{"{{EndsUnhealthy}}":"true"}""", TransportProtocol.Tcp);
        Assert.Equal(0, soon.UnhealthySeconds);
        TargetGroupSettings late = TargetGroupAttributes.Read(
            $$"""{"{{Interval}}":"60"}""", TransportProtocol.Tcp);
        Assert.Equal(60, late.UnhealthySeconds);
        TargetGroupSettings never = TargetGroupAttributes.Read(
            $$"""{"{{EndsUnhealthy}}":"false"}""", TransportProtocol.Tcp);
        Assert.Null(never.UnhealthySeconds);
        TargetGroupSettings direct = TargetGroupAttributes.Read("""{"forwarding.mode":"dsr"}""", TransportProtocol.Tcp);
        TargetGroupSettings sticky = TargetGroupAttributes.Read(
            """{"load_balancing.algorithm.type":"source_ip"}""", TransportProtocol.Tcp);
        Assert.Equal(
            [true, false, false, false],
            new[] { tcp, udp, direct, sticky }.Select(one => one.HasPassiveChecks));
        Assert.Equal(
            "gue", TargetGroupAttributes.Read("""{"forwarding.mode":"dsr"}""", TransportProtocol.Tcp).Encapsulation);
    }

    private static List<FieldError> Errors(TransportProtocol protocol, params (string Key, string Value)[] said) =>
        TargetGroupRules.Check(
            Region.Group("web", protocol) with { Attributes = said.ToDictionary(one => one.Key, one => one.Value) });
}
