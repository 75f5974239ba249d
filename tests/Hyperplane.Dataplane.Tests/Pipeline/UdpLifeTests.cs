using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class UdpLifeTests
{
    private readonly Bench _bench = new();

    private FlowKey SendFirst(ushort clientPort, Frame? frame = null)
    {
        byte[] bytes = (frame ?? Bench.Datagram(clientPort, 1, 2, 3)).Bytes();
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(bytes));
        Frame.ExpectRightChecksums(bytes);
        FlowKey sent = Frame.KeyOf(bytes);
        return new FlowKey(sent.Destination, sent.Source, sent.DestinationPortBe, sent.SourcePortBe, 17);
    }

    private static Frame Reply(FlowKey reverse) => new(
        reverse.Source.ToString(), BinaryPrimitives.ReverseEndianness(reverse.SourcePortBe),
        reverse.Destination.ToString(), BinaryPrimitives.ReverseEndianness(reverse.DestinationPortBe))
    {
        Protocol = 17, Payload = [9],
    };

    [Fact]
    public void The_first_reply_establishes_and_caches_the_flow()
    {
        FlowKey reverse = SendFirst(5_000);
        Assert.Equal((1, 0), (_bench.Flows.Count(FlowPool.Unconfirmed), _bench.Cache.Count));
        byte[] reply = Reply(reverse).Bytes();
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(reply));
        Frame.ExpectRightChecksums(reply);
        Assert.Equal(Frame.Key(Bench.Vip, 53, Bench.Client, 5_000, 17), Frame.KeyOf(reply));
        Assert.Equal((1, 2), (_bench.Flows.Count(FlowPool.Established), _bench.Cache.Count));
    }

    [Fact]
    public void The_second_datagram_goes_to_the_same_target_and_caches_the_flow()
    {
        Assert.Equal(SendFirst(5_000), SendFirst(5_000));
        Assert.Equal((1, 2), (_bench.Flows.Count(FlowPool.Established), _bench.Cache.Count));
    }

    [Fact]
    public void A_checksum_of_zero_stays_zero()
    {
        byte[] bytes = (Bench.Datagram(5_000, 1, 2) with { UdpChecksum = false }).Bytes();
        Assert.Equal(PacketCounter.Forwarded, _bench.Send(bytes));
        Assert.Equal(0, bytes[40] | bytes[41]);
    }

    [Fact]
    public void A_flow_of_one_datagram_is_forgotten_after_thirty_seconds_and_its_port_held()
    {
        FlowKey reverse = SendFirst(5_000);
        _bench.Pass(29.8);
        Assert.Equal(1, _bench.Flows.Count(FlowPool.Unconfirmed));
        _bench.Pass(0.4);
        Assert.Equal((0, 1), (_bench.Flows.Count(FlowPool.Unconfirmed), _bench.Flows.Count(FlowPool.HoldDown)));
        Assert.Equal(PacketCounter.DropNoFlow, _bench.Send(Reply(reverse)));
        Assert.NotEqual(reverse, SendFirst(5_000));
        _bench.Pass(65.5);
        Assert.Equal(FlowTable.None, _bench.Flows.Find(reverse, out _));
    }

    [Fact]
    public void An_idle_flow_is_forgotten_after_its_listeners_time()
    {
        SendFirst(5_000);
        SendFirst(5_000);
        _bench.Pass(119);
        Assert.Equal(1, _bench.Flows.Count(FlowPool.Established));
        _bench.Pass(8);
        Assert.Equal((0, 0), (_bench.Flows.Count(FlowPool.Established), _bench.Cache.Count));
        Assert.Equal(0ul, _bench.Listener(Bench.UdpListener).ActiveFlows);
    }
}
