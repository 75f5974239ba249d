using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class ModelValidationTests
{
    private static readonly DataplaneModel Good = Bench.Model();
    private static readonly VipModel Vip = Good.Vips[0];
    private static readonly ListenerModel Listener = Vip.Listeners[0];

    private static DataplaneModel With(params ListenerModel[] listeners) =>
        Good with { Vips = [Vip with { Listeners = [.. listeners] }] };

    private static DataplaneModel WithVip(string address) =>
        Good with { Vips = [Vip with { Address = IPAddress.Parse(address) }] };

    public static TheoryData<string, DataplaneModel> Bad => new()
    {
        { "The model lacks one of its lists", Good with { Vips = default } },
        { "A VIP lacks its list of listeners", Good with { Vips = [Vip with { Listeners = default }] } },
        { "A target group lacks its list of targets", Good with { TargetGroups = [new TargetGroupModel(5, default)] } },
        { "The model has no SNAT address", Good with { SnatAddresses = [] } },
        { "The model has no gateway", Good with { Gateways = [] } },
        { "17 SNAT addresses; at most 16 fit on a node", Good with { SnatAddresses = Addresses("203.0.113.", 17) } },
        { "9 gateways; at most 8 fit on a node", Good with { Gateways = Addresses("192.0.2.", 9) } },
        {
            "1025 own prefixes; at most 1024 fit on a node",
            Good with { OwnPrefixes = [.. Enumerable.Repeat(IPNetwork.Parse("198.51.100.0/24"), 1_025)] }
        },
        {
            "10001 targets in group 5; at most 10000 fit on a node",
            Bench.Model([.. Enumerable.Repeat(Bench.Target(1, "10.0.0.1"), 10_001)])
        },
        {
            "Own prefix 0.0.0.0/0 would take all traffic from the kernel",
            Good with { OwnPrefixes = [IPNetwork.Parse("0.0.0.0/0")] }
        },
        {
            "Own prefix ::/0 would take all traffic from the kernel",
            Good with { OwnPrefixes = [IPNetwork.Parse("::/0")] }
        },
        { "SNAT address 203.0.113.1 is there twice", Good with { SnatAddresses = [.. Twice("203.0.113.1")] } },
        {
            "SNAT address 203.0.113.99 lies in none of the own prefixes",
            Good with { SnatAddresses = [IPAddress.Parse("203.0.113.99")] }
        },
        {
            "SNAT address 2001:db8::1 lies in none of the own prefixes",
            Good with { SnatAddresses = [IPAddress.Parse("2001:db8::1")] }
        },
        { "Gateway 0.0.0.0 is not a unicast address", Good with { Gateways = [IPAddress.Any] } },
        { "VIP id 1 is there twice", Good with { Vips = [Vip, Vip] } },
        { "VIP address 198.51.100.10 is there twice", Good with { Vips = [Vip, Vip with { Id = 2, Listeners = [] }] } },
        { "VIP 1 (203.0.113.1) is also a SNAT address", WithVip("203.0.113.1") },
        { "VIP 1 (10.1.1.1) lies in none of the own prefixes", WithVip("10.1.1.1") },
        { "VIP 1 (224.0.0.1) is not a unicast address", WithVip("224.0.0.1") },
        { "VIP 1 (fe80::1) is not a unicast address", WithVip("fe80::1") },
        {
            "VIP 1 (::ffff:198.51.100.10) is an IPv4 address in IPv6 form; write it as IPv4",
            WithVip("::ffff:198.51.100.10")
        },
        { "Listener id 11 is there twice", With(Listener, Listener with { Port = 81 }) },
        { "Listener 12 of VIP 1: Tcp port 80 is there twice", With(Listener, Listener with { Id = 12 }) },
        { "Listener 11 of VIP 1 has port 0", With(Listener with { Port = 0 }) },
        {
            "Listener 11 of VIP 1 has protocol 1; TCP (6) and UDP (17) are allowed",
            With(Listener with { Protocol = (IpProtocol)1 })
        },
        {
            "Listener 11 of VIP 1 names target group 6, which is not in the model",
            With(Listener with { Groups = [new TargetGroupShare(6, 1)] })
        },
        { "Listener 11 of VIP 1 must have 1 to 8 target groups", With(Listener with { Groups = [] }) },
        {
            "Listener 11 of VIP 1 names target group 5 twice",
            With(Listener with { Groups = [new TargetGroupShare(5, 1), new TargetGroupShare(5, 2)] })
        },
        {
            "Listener 11 of VIP 1 gives target group 5 weight 1000; 0 to 999 are allowed",
            With(Listener with { Groups = [new TargetGroupShare(5, 1_000)] })
        },
        {
            "Listener 11 of VIP 1 has idle timeout 0 ms; it must be positive",
            With(Listener with { IdleTimeoutMs = 0 })
        },
        {
            "Listener 11 of VIP 1 has 65 prefixes in a list of sources; 64 are allowed",
            With(Listener with { Sources = new([], [.. Enumerable.Repeat(IPNetwork.Parse("10.0.0.0/8"), 65)]) })
        },
        {
            "Listener 11 of VIP 1: source prefix ::ffff:10.0.0.0/104 is an IPv4 address in IPv6 form; write it as IPv4",
            With(Listener with { Sources = Bench.Lists("10.0.0.0/8 ::ffff:10.0.0.0/104", "") })
        },
        {
            "Target group id 5 is there twice",
            Good with { TargetGroups = [.. Good.TargetGroups, .. Good.TargetGroups] }
        },
        {
            "Target group 5 has the proxy protocol in mode dsr: its targets answer clients themselves, so there is no "
            + "connection to put a header into",
            Good with
            {
                TargetGroups =
                [
                    Good.TargetGroups[0] with { ProxyProtocol = true, Tunnel = new TunnelModel(TunnelKind.Gue) },
                ],
            }
        },
        { "Target id 1 is there twice", Bench.Model(Bench.Target(1, "10.0.0.1"), Bench.Target(1, "10.0.0.2")) },
        {
            "Target 2 of group 5: 10.0.0.1:8080 is in the group twice",
            Bench.Model(Bench.Target(1, "10.0.0.1"), Bench.Target(2, "10.0.0.1"))
        },
        { "Target 1 of group 5 has port 0", Bench.Model(Bench.Target(1, "10.0.0.1", port: 0)) },
        {
            "Target 1 of group 5 has weight 1000; 0 to 999 are allowed",
            Bench.Model(Bench.Target(1, "10.0.0.1", weight: 1_000))
        },
        {
            "Target 1 of group 5 (ff02::5) is not a unicast address",
            Bench.Model(Bench.Target(1, "ff02::5"))
        },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_model_that_cannot_be_is_refused_with_the_reason(string reason, DataplaneModel model)
    {
        Assert.Equal(reason, ModelValidation.Check(model));
        var compiler = new ModelCompiler(new PipelineCounters(), 251);
        Assert.Null(compiler.Compile(model, 0, out string? refusal));
        Assert.Equal(reason, refusal);
    }

    [Fact]
    public void A_good_model_is_taken() => Assert.Null(ModelValidation.Check(Good));

    [Fact]
    public void A_group_with_the_proxy_protocol_may_have_udp_listeners_too() => Assert.Null(ModelValidation.Check(
        Good with { TargetGroups = [Good.TargetGroups[0] with { ProxyProtocol = true }] }));

    [Fact]
    public void A_table_size_that_is_no_prime_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelCompiler(new PipelineCounters(), 65_536));

    private static ImmutableArray<IPAddress> Addresses(string prefix, int count) =>
        [.. Enumerable.Range(1, count).Select(i => IPAddress.Parse($"{prefix}{i}"))];

    private static IPAddress[] Twice(string address) => [IPAddress.Parse(address), IPAddress.Parse(address)];
}
