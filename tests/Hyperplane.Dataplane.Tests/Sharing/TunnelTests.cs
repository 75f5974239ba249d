using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Frames to and from nodes that are not on the subnet.</summary>
public sealed class TunnelTests : IDisposable
{
    private const string Far = "172.17.0.5";
    private const int InnerAt = 14 + 32;
    private static readonly FlowKey4 Key = Frame.Key(Bench.Client, 40_000, Bench.Vip, 80);

    private readonly SharedBench _bench = new();

    public TunnelTests() => _bench.UsePeers(
        new PeerNode(SharedBench.Peer, IPAddress.Parse(Far), SharedBench.PeerStart, true),
        SharedBench.PeerOf(SharedBench.OtherPeer, 66));

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>What a peer off the subnet sends: the packet of a frame behind literal outer headers.</summary>
    private static byte[] Tunnelled(byte[] inner, string from = Far, string gue = "00040000")
    {
        byte[] datagram =
        [
            0xc1, 0x23, 0x17, 0xc0, 0, 0, 0, 0, .. Convert.FromHexString(gue), .. inner[14..],
        ];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        byte[] frame = TestFrame.Ip(from, SharedBench.Fabric, 17, datagram);
        frame[40] = frame[41] = 0;
        return frame;
    }

    private void BecomeRelay()
    {
        _bench.Answer(FlowAnswerKind.Relay, Key, SharedBench.RecordOf(40_000));
        Assert.Empty(_bench.Relays.Keys);
    }

    [Fact]
    public void A_frame_of_a_far_owners_flow_goes_whole_inside_gue_by_a_gateway()
    {
        BecomeRelay();
        byte[] frame = (SharedBench.FromClient(40_000, Ack) with { Payload = [1, 2, 3] }).Bytes();
        byte[] sent = Assert.Single(_bench.Give([.. frame]));
        Assert.Equal([0, 0, 0, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0x0b, 8, 0], sent[..14]);
        Assert.Equal(frame[14..], sent[InnerAt..]);
        byte[] expected = Tunnelled(frame);
        IPAddress.Parse(SharedBench.Fabric).TryWriteBytes(expected.AsSpan(26), out _);
        IPAddress.Parse(Far).TryWriteBytes(expected.AsSpan(30), out _);
        (expected[18], expected[19]) = (0, 0);
        TestFrame.FixIpChecksum(expected);
        Assert.Equal(expected[14..34], sent[14..34]);
        Assert.InRange(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(34)), 0xc000, 0xffff);
        Assert.Equal(expected[36..InnerAt], sent[36..InnerAt]);
        Assert.Equal(1ul, _bench.Count(PacketCounter.Tunnelled));
        Assert.Equal(sent[34..36], Assert.Single(_bench.Give([.. frame]))[34..36]);
    }

    [Fact]
    public void Flows_differ_in_the_outer_source_port()
    {
        var ports = new HashSet<int>();
        for (ushort port = 1; port <= 50; port++)
        {
            FlowRecord4 record = SharedBench.RecordOf(port);
            _bench.Answer(FlowAnswerKind.Relay, record.Forward, record);
            byte[] sent = Assert.Single(_bench.Give(SharedBench.FromClient(port, Ack)));
            ports.Add(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(34)));
        }
        Assert.InRange(ports.Count, 40, 50);
    }

    [Fact]
    public void A_frame_that_does_not_fit_is_dropped_by_name()
    {
        BecomeRelay();
        Frame Sized(int packetBytes) =>
            SharedBench.FromClient(40_000, Ack) with { Payload = new byte[packetBytes - 40] };
        Assert.Single(_bench.Give(Sized(1_500 - 32)));
        Assert.Empty(_bench.Give(Sized(1_500 - 31)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropTunnelMtu));
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void A_frame_from_a_far_node_is_a_relayed_one()
    {
        byte[] inner = SharedBench.FromClient(40_000, Ack).Bytes();
        Assert.Empty(_bench.Give(Tunnelled(inner)));
        FlowRequest told = _bench.Request(FlowRequestKind.NotMine);
        Assert.Equal((SharedBench.Peer, Key), (told.Node, told.Key));
        FlowRecord4 mine = SharedBench.RecordOf(40_000, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, mine);
        byte[] sent = Assert.Single(_bench.Give([.. Tunnelled(inner), 0, 0, 0]));
        Assert.Equal(inner.Length, sent.Length);
        Assert.Equal(Frame.Key(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080), Frame.KeyOf(sent));
        Frame.ExpectRightChecksums(sent);
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }

    [Fact]
    public void Only_the_cells_nodes_and_plain_headers_are_let_in()
    {
        byte[] inner = SharedBench.FromClient(40_000, Ack).Bytes();
        Assert.Empty(_bench.Give(Tunnelled(inner, from: "172.17.0.9")));
        foreach (string gue in new[] { "40040000", "01040000", "00060000", "00040001", "20040000" })
            Assert.Empty(_bench.Give(Tunnelled(inner, gue: gue)));
        Assert.Empty(_bench.Give(Tunnelled(inner[..(14 + 19)])));
        Assert.Equal(7ul, _bench.Count(PacketCounter.DropTunnel));
        Assert.Empty(_bench.Give(Tunnelled([.. inner[..16], 0xff, 0xff, .. inner[18..]])));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropTruncated));
        Assert.Empty(_bench.Requests());
    }

    [Fact]
    public void Without_a_gateway_that_answers_there_is_no_tunnel()
    {
        BecomeRelay();
        _bench.Hops.Resolved[0] = false;
        Assert.Empty(_bench.Give(SharedBench.FromClient(40_000, Ack)));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropNextHopUnresolved));
    }

    [Fact]
    public void Any_bytes_behind_the_outer_header_end_in_a_named_drop()
    {
        var random = new Random(4);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = new byte[random.Next(14, 120)];
            random.NextBytes(bytes);
            bytes[Math.Min(14, bytes.Length - 1)] = 0x45;
            Assert.Empty(_bench.Give(Tunnelled(bytes)));
        }
        Assert.Equal(2_048, _bench.Io.FreeFrames);
    }
}
