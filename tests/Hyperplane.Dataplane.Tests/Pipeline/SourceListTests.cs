using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Whose flows may begin at a listener.</summary>
public sealed class SourceListTests
{
    private const string Neighbour = "192.0.2.8";
    private const string Stranger = "198.18.5.5";
    private const string Stranger6 = "2001:db8:d::7";
    private readonly Bench _bench = new(model: Bench.DualModel());

    [Theory]
    [InlineData("192.0.2.0/24", "", true, true, false)]
    [InlineData("192.0.2.0/24", "192.0.2.8/32", true, false, false)]
    [InlineData("192.0.2.8/32 198.18.0.0/15", "", false, true, true)]
    [InlineData("", "198.18.0.0/15", true, true, false)]
    [InlineData("0.0.0.0/0", "192.0.2.0/29 192.0.2.0/30", false, true, true)]
    [InlineData("192.0.2.7/32", "0.0.0.0/0", false, false, false)]
    [InlineData("::/0", "", false, false, false)]
    [InlineData("", "::/0", true, true, true)]
    public void New_flows_begin_for_whom_the_lists_let_in(
        string allowed, string denied, bool client, bool neighbour, bool stranger)
    {
        Use(allowed, denied);
        (string, bool)[] sources = [(Bench.Client, client), (Neighbour, neighbour), (Stranger, stranger)];
        foreach ((string source, bool isAllowed) in sources)
        {
            PacketCounter expected = isAllowed ? PacketCounter.Forwarded : PacketCounter.DropNotAllowed;
            Assert.Equal(expected, _bench.Send(Bench.Syn(1, source)));
            Assert.Equal(expected, _bench.Send(Datagram(source, Bench.Vip)));
        }
        int begun = sources.Count(source => source.Item2);
        Assert.Equal(
            (begun, begun), (_bench.Flows.Count(FlowPool.HalfOpen), _bench.Flows.Count(FlowPool.Unconfirmed)));
        Assert.Equal((ulong)begun, _bench.Listener(Bench.TcpListener).NewFlows);
    }

    [Theory]
    [InlineData("2001:db8:c::/48", "", true, false)]
    [InlineData("", "2001:db8:c::7/128", false, true)]
    [InlineData("0.0.0.0/0", "", false, false)]
    [InlineData("::/0", "", true, true)]
    public void An_ipv6_client_is_asked_by_its_own_address(string allowed, string denied, bool client, bool stranger)
    {
        Use(allowed, denied);
        foreach ((string source, bool isAllowed) in new[] { (Bench.Client6, client), (Stranger6, stranger) })
        {
            PacketCounter verdict = _bench.Send(Datagram(source, Bench.Vip6));
            if (isAllowed)
                Assert.Contains(verdict, (PacketCounter[])[PacketCounter.Forwarded, PacketCounter.Translated]);
            else
                Assert.Equal(PacketCounter.DropNotAllowed, verdict);
        }
    }

    [Fact]
    public void What_has_begun_goes_on_when_its_client_is_excluded_and_nothing_new_begins_until_it_is_let_in_again()
    {
        Conversation established = _bench.Connect();
        var opening = new Conversation(_bench, 40_001);
        opening.FromClient(TcpFlags.Syn);
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(Bench.Datagram(5_000)));
        Use("192.0.2.128/25", "");

        Assert.Equal(PacketCounter.Forwarded, established.FromClient(TcpFlags.Ack, 10));
        Assert.Equal(PacketCounter.Forwarded, established.FromTarget(TcpFlags.Ack, 10));
        Assert.Equal(PacketCounter.Forwarded, opening.FromClient(TcpFlags.Syn));
        Assert.Equal(PacketCounter.Forwarded, opening.FromTarget(TcpFlags.Syn | TcpFlags.Ack));
        Assert.Equal(PacketCounter.Forwarded, opening.FromClient(TcpFlags.Ack));
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(Bench.Datagram(5_000)));
        Assert.Equal(FlowState.Established, opening.State);
        Assert.Equal(PacketCounter.DropNotAllowed, _bench.Send(Bench.Syn(40_002)));
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(Bench.Syn(40_002) with { Flags = TcpFlags.Ack }));
        Assert.Equal(PacketCounter.DropNotAllowed, _bench.Send(Bench.Datagram(5_001)));

        Use("192.0.2.0/25", "");
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(Bench.Syn(40_002)));
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(Bench.Datagram(5_001)));
    }

    [Fact]
    public void A_connection_that_is_over_does_not_begin_again_for_who_is_excluded_meanwhile()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromClient(TcpFlags.Rst);
        Use("", "192.0.2.7/32");
        Assert.Equal(PacketCounter.DropNotAllowed, _bench.Send(Bench.Syn(40_000) with { Sequence = 900_000 }));
    }

    [Fact]
    public void Each_listener_has_its_own_lists()
    {
        DataplaneModel model = Bench.DualModel();
        VipModel vip = model.Vips[0];
        ListenerModel closed = vip.Listeners[0] with { Sources = Bench.Lists("", "0.0.0.0/0 ::/0") };
        _bench.Use(model with { Vips = [vip with { Listeners = [closed, vip.Listeners[1]] }] });
        Assert.Equal(PacketCounter.DropNotAllowed, _bench.Send(Bench.Syn(1)));
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(Bench.Datagram(1)));
    }

    [Fact]
    public void Long_lists_are_asked_without_allocating()
    {
        SourceLists lists = Bench.Lists(
            string.Join(' ', Enumerable.Range(0, 64).Select(i => $"10.{i}.0.0/17")),
            string.Join(' ', Enumerable.Range(0, 64).Select(i => $"10.{i}.1.0/24")));
        PacketAddress address = PacketAddress.Of(IPAddress.Parse("10.63.1.7"));
        int admitted = 0;
        Assert.Equal(0, Allocations.In(9, _ =>
        {
            for (int i = 0; i < 1_000; i++)
                admitted += lists.Admit(address) ? 1 : 0;
        }));
        Assert.Equal(0, admitted);
        Assert.True(lists.Admit(PacketAddress.Of(IPAddress.Parse("10.63.2.7"))));
    }

    private static Frame Datagram(string source, string vip) =>
        new(source, 5_000, vip, 53) { Protocol = 17, Payload = [1] };

    private void Use(string allowed, string denied) =>
        _bench.Use(Bench.DualModel().For(Bench.Lists(allowed, denied)));
}
