using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>How many flows may begin, as the XDP program sees it. A rate of one in a second is divided by a hundred
/// nodes here: it takes one flow at once, and the next one after 100 s.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const ushort Self = 9;

    private readonly TestProgram? _program;
    private readonly AdmissionMaps? _maps;

    public AdmissionTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _program = new TestProgram();
        HyperplaneProgram program = _program.Program;
        _maps = new AdmissionMaps(program.Admissions, program.AdmissionTimes, Self, program.Refusals);
    }

    public void Dispose() => _program?.Dispose();

    [Theory]
    [InlineData(Vip, "192.0.2.7")]
    [InlineData(Vip6, "2001:db8:c::7")]
    public void Beyond_the_VIPs_rate_nothing_opens_a_flow_but_known_flows_go_on(string vip, string client)
    {
        Use(new AdmissionModel(PerVip: 1, 1, 0, 0, []), vip);
        Assert.Equal([Punted, PacketCounter.DropVipRate], Opens(2, vip, client));
        Assert.Equal(Punted, Run(TestFrame.Tcp(client, 1, vip, 80, TestFrame.Ack)));
        Assert.Equal(Punted, Run(TestFrame.Tcp(client, 1, vip, 80, (byte)(TcpFlags.Rst | TcpFlags.Ack))));
        Assert.Equal(PacketCounter.DropVipRate, Run(TestFrame.Udp(client, 1, vip, 53)));
        string snat = vip == Vip ? Snat : Snat6;
        Assert.Equal(Punted, Run(TestFrame.Tcp(client, 1, snat, 80, (byte)TcpFlags.Syn)));
    }

    [Fact]
    public void A_flow_in_the_map_is_asked_for_nothing()
    {
        Use(new AdmissionModel(PerVip: 1, 1, 0, 0, []), Vip);
        Assert.Equal([Punted, PacketCounter.DropVipRate], Opens(2, Vip, Client));
        Assert.True(_program!.Flows.TryInstall(
            Key(Client, 7, Vip, 53, 17), Entry(Key(Client, 7, Vip, 53, 17), Key(Snat, 9, Target, 53, 17))));
        Assert.Equal(PacketCounter.Forwarded, Run(TestFrame.Udp(Client, 7, Vip, 53)));
    }

    [Fact]
    public void A_source_alone_does_not_use_up_what_is_everybodys()
    {
        Use(new AdmissionModel(PerVip: 1, 1, 0, PerSource: 1, []), Vip, Vip6);
        Assert.Equal([Punted, PacketCounter.DropSourceRate], Opens(2, Vip, "192.0.2.7"));
        Assert.Equal([PacketCounter.DropVipRate], Opens(1, Vip, "192.0.2.8"));
        // An IPv6 host is its /64.
        Assert.Equal([Punted], Opens(1, Vip6, "2001:db8:c::1"));
        Assert.Equal([PacketCounter.DropSourceRate], Opens(1, Vip6, "2001:db8:c::2"));
        Assert.Equal([PacketCounter.DropVipRate], Opens(1, Vip6, "2001:db8:c:1::1"));
    }

    [Fact]
    public void What_one_tenant_grants_a_source_is_not_taken_from_what_another_grants_it()
    {
        _maps!.Use(
            [
                new VipModel(1, IPAddress.Parse(Vip), [], new AdmissionModel(0, 5, 0, PerSource: 1, [])),
                new VipModel(2, IPAddress.Parse("203.0.113.11"), [], new AdmissionModel(0, 6, 0, PerSource: 1, [])),
                new VipModel(3, IPAddress.Parse("203.0.113.12"), [], new AdmissionModel(0, 6, 0, PerSource: 1, [])),
            ],
            Many);
        Assert.Equal([Punted, PacketCounter.DropSourceRate], Opens(2, Vip, Client));
        Assert.Equal([Punted], Opens(1, "203.0.113.11", Client));
        Assert.Equal([PacketCounter.DropSourceRate], Opens(1, "203.0.113.12", Client));
    }

    [Fact]
    public void VIPs_of_a_tenant_have_one_rate()
    {
        _maps!.Use(
            [
                new VipModel(1, IPAddress.Parse(Vip), [], new AdmissionModel(0, 5, PerTenant: 1, 0, [])),
                new VipModel(2, IPAddress.Parse(Vip6), [], new AdmissionModel(0, 5, PerTenant: 1, 0, [])),
                new VipModel(3, IPAddress.Parse("203.0.113.11"), [], new AdmissionModel(0, 6, PerTenant: 1, 0, [])),
            ],
            Many);
        Assert.Equal([Punted], Opens(1, Vip, Client));
        Assert.Equal([PacketCounter.DropTenantRate], Opens(1, Vip6, "2001:db8:c::7"));
        Assert.Equal([Punted], Opens(1, "203.0.113.11", Client));
    }

    [Fact]
    public void A_tenth_of_a_second_s_flows_may_come_at_once_and_then_one_after_another()
    {
        _maps!.Use([new VipModel(1, IPAddress.Parse(Vip), [], new AdmissionModel(PerVip: 200, 1, 0, 0, []))], []);
        long start = Environment.TickCount64;
        int passed = Opens(2_000, Vip, Client).Count(counter => counter == Punted);
        // The program's clock may be two ticks, 20 ms at most, behind.
        long elapsedMs = Environment.TickCount64 - start + 20;
        Assert.InRange(passed, 20, 20 + (elapsedMs / 5));
    }

    [Fact]
    public void A_limit_is_divided_by_the_nodes_that_announce_and_live()
    {
        var admission = new AdmissionModel(PerVip: 1, 1, 0, 0, [Self, 1, 2]);
        VipModel[] vips = [new VipModel(1, IPAddress.Parse(Vip), [], admission)];
        PeerNode[] peers = [Peer(1, true), Peer(2, true), Peer(3, true)];
        _maps!.Use(vips, peers);
        Assert.Equal(3_000_000_000ul, Cost());
        _maps.Use(vips, [Peer(1, true), Peer(2, false), Peer(3, true)]);
        Assert.Equal(2_000_000_000ul, Cost());
        _maps.Use(vips, [Peer(1, false), Peer(2, false)]);
        Assert.Equal(1_000_000_000ul, Cost());
    }

    [Fact]
    public void A_bucket_keeps_what_it_has_while_the_VIP_has_a_limit()
    {
        var admission = new AdmissionModel(PerVip: 1, 1, 0, 0, []);
        Use(admission, Vip);
        Assert.Equal([Punted], Opens(1, Vip, Client));
        Use(admission with { PerSource = 1_000_000 }, Vip);
        Assert.Equal([PacketCounter.DropVipRate], Opens(1, Vip, Client));
        _maps!.Use([], Many);
        Assert.Equal([Punted, Punted], Opens(2, Vip, Client));
        Use(admission, Vip);
        Assert.Equal([Punted], Opens(1, Vip, Client));
    }

    [Fact]
    public void Options_and_extension_headers_are_no_way_around()
    {
        Use(new AdmissionModel(PerVip: 1, 1, 0, 0, []), Vip, Vip6);
        byte[] syn = TestFrame.Tcp(Client, 1, Vip, 80, (byte)TcpFlags.Syn);
        byte[] withOptions = [.. syn[..34], 1, 1, 1, 1, .. syn[34..]];
        withOptions[14] = 0x46;
        Assert.Equal(Punted, Run(withOptions));
        Assert.Equal(PacketCounter.DropVipRate, Run(withOptions));
        byte[] syn6 = TestFrame.Tcp("2001:db8:c::7", 1, Vip6, 80, (byte)TcpFlags.Syn);
        byte[] extended = [.. syn6[..54], 6, 0, 1, 4, 0, 0, 0, 0, .. syn6[54..]];
        extended[20] = 60;
        Assert.Equal(Punted, Run(extended));
        Assert.Equal(PacketCounter.DropVipRate, Run(extended));
        Assert.Equal(Punted, Run(TestFrame.Ip(Client, Vip, 1, new byte[36])));
    }

    [Fact]
    public void What_is_refused_is_counted_at_its_VIP_by_reason_until_the_VIP_goes()
    {
        Use(new AdmissionModel(PerVip: 1, 1, 0, PerSource: 1, []), Vip, Vip6);
        Assert.Empty(Refused());
        Opens(1, Vip, "192.0.2.7");
        Assert.Empty(Refused());
        Opens(2, Vip, "192.0.2.7");
        Opens(3, Vip, "192.0.2.8");
        Assert.Equal(["203.0.113.10: 2 3 0 0"], Refused());
        Run(TestFrame.Udp("2001:db8:c::1", 1, Vip6, 53));
        Run(TestFrame.Udp("2001:db8:c::2", 1, Vip6, 53));
        Assert.Equal([Vip6 + ": 1 0 0 0", Vip + ": 2 3 0 0"], Refused());
        Use(new AdmissionModel(PerVip: 1, 1, 0, PerSource: 2, []), Vip6);
        Assert.Equal([Vip6 + ": 1 0 0 0"], Refused());
    }

    [Fact]
    public void What_is_refused_at_a_thousand_VIPs_is_told_of_each()
    {
        string[] vips = [.. Enumerable.Range(0, 1_000).Select(i => $"203.0.113.{i % 250}").Distinct()];
        Use(new AdmissionModel(PerVip: 1, 1, 0, 0, []), vips);
        foreach (string vip in vips)
            Opens(2, vip, Client);
        Assert.Equal(vips.Select(vip => vip + ": 0 1 0 0").Order(StringComparer.Ordinal), Refused());
    }

    private string[] Refused() =>
    [
        .. _program!.Program.Refusals.Read().Select(vip => $"{vip.Key}: {string.Join(' ', vip.Value)}")
            .Order(StringComparer.Ordinal),
    ];

    private static PacketCounter Punted => PacketCounter.DropNoSocket;

    private static PeerNode[] Many { get; } = [.. Enumerable.Range(100, 99).Select(node => Peer((ushort)node, true))];

    private static PeerNode Peer(ushort node, bool isAlive) =>
        new(node, new IPAddress([10, 0, 0, (byte)node]), 1, isAlive);

    private void Use(AdmissionModel admission, params string[] vips) => _maps!.Use(
        [.. vips.Select((vip, i) => new VipModel((uint)i + 1, IPAddress.Parse(vip), [], admission))], Many);

    private PacketCounter[] Opens(int count, string vip, string client) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => Run(TestFrame.Tcp(client, 40_000 + i, vip, 80, (byte)TcpFlags.Syn))),
    ];

    private PacketCounter Run(byte[] frame) => _program!.Run(frame).Counter;

    private ulong Cost()
    {
        PacketAddress vip = PacketAddress.Of(IPAddress.Parse(Vip));
        Assert.Equal(0, _program!.Program.Admissions.Lookup(in vip, out AdmissionEntry entry));
        return entry.VipCostNs;
    }
}
