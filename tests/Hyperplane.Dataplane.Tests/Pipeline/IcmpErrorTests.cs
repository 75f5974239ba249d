using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Sharing;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>ICMP errors find the sender of the packet they are about, as if there were no translation.</summary>
public sealed class IcmpErrorTests : IDisposable
{
    private const string FarRouter = "192.0.2.254";
    private const string NearRouter = "10.0.0.254";

    private readonly SharedBench _bench = new();

    public void Dispose()
    {
        _bench.ExpectTrueCounts();
        _bench.Dispose();
    }

    /// <summary>"Fragmentation needed", next hop's MTU 1,400, about a packet, of which a part is inside.</summary>
    private static byte[] TooBig(string router, byte[] about, int embeddedBytes, byte type = 3)
    {
        byte[] message = [type, 4, 0, 0, 0, 0, 0x05, 0x78, .. about[14..(14 + embeddedBytes)]];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        string sender = new System.Net.IPAddress(about[26..30]).ToString();
        return TestFrame.Ip(router, sender, 1, message);
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
            sum += (i & 1) == 0 ? (uint)bytes[i] << 8 : bytes[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>The error must be about what its receiver sent, byte by byte but for the hop that went by.</summary>
    private static void ExpectAbout(byte[] error, string from, string to, byte[] original, int embeddedBytes)
    {
        Assert.Equal(new System.Net.IPAddress(error[26..30]).ToString(), from);
        Assert.Equal(new System.Net.IPAddress(error[30..34]).ToString(), to);
        Assert.Equal(0, Checksum(error.AsSpan(14, 20)));
        Assert.Equal(0, Checksum(error.AsSpan(34)));
        Assert.Equal([3, 4], error[34..36]);
        Assert.Equal([0, 0, 0x05, 0x78], error[38..42]);
        Assert.Equal(63, error[22]);
        byte[] expected = [.. original];
        expected[22]--;
        TestFrame.FixIpChecksum(expected);
        Assert.Equal(expected[14..(14 + embeddedBytes)], error[42..]);
    }

    private (byte[] Sent, byte[] Received, byte[] Reply, byte[] ToClient) Exchange(byte protocol, bool checksum = true)
    {
        FlowRecord record = SharedBench.RecordOf(
            40_000, protocol: protocol, owner: SharedBench.Self, start: SharedBench.Start);
        _bench.Answer(FlowAnswerKind.Own, record);
        Frame frame = (protocol == 6
            ? SharedBench.FromClient(40_000, TcpFlags.Ack)
            : Bench.Datagram(40_000)) with { Payload = new byte[60], UdpChecksum = checksum };
        byte[] sent = frame.Bytes();
        byte[] received = Assert.Single(_bench.Give([.. sent]));
        byte[] reply = (SharedBench.Reply(received, TcpFlags.Ack) with { Payload = new byte[60] }).Bytes();
        byte[] toClient = Assert.Single(_bench.Give([.. reply]));
        return (sent, received, reply, toClient);
    }

    [Theory]
    [InlineData(6, 80)]
    [InlineData(6, 28)]
    [InlineData(6, 38)]
    [InlineData(6, 36)]
    [InlineData(17, 80)]
    [InlineData(17, 28)]
    public void From_behind_the_node_an_error_reaches_the_client_about_its_own_packet(byte protocol, int embeddedBytes)
    {
        (byte[] sent, byte[] received, _, _) = Exchange(protocol);
        byte[] error = Assert.Single(_bench.Give(TooBig(NearRouter, received, embeddedBytes)));
        ExpectAbout(error, Bench.Vip, Bench.Client, sent, embeddedBytes);
        Assert.Equal([0, 0, 0, 0, 0, 0x0a], error[..6]);
    }

    [Theory]
    [InlineData(6, 80)]
    [InlineData(17, 80)]
    [InlineData(17, 28)]
    public void From_before_the_node_an_error_reaches_the_target_about_its_own_packet(byte protocol, int embeddedBytes)
    {
        (_, _, byte[] reply, byte[] toClient) = Exchange(protocol);
        byte[] error = Assert.Single(_bench.Give(TooBig(FarRouter, toClient, embeddedBytes)));
        ExpectAbout(error, SharedBench.OtherSnat, "10.0.0.2", reply, embeddedBytes);
        Assert.Equal([1, 0, 0, 0, 0, 0x0a], error[..6]);
    }

    [Fact]
    public void A_datagram_without_a_checksum_stays_without_inside_too()
    {
        (byte[] sent, byte[] received, _, _) = Exchange(17, checksum: false);
        byte[] error = Assert.Single(_bench.Give(TooBig(NearRouter, received, 80)));
        ExpectAbout(error, Bench.Vip, Bench.Client, sent, 80);
    }

    [Fact]
    public void What_is_no_error_about_a_packet_of_its_receiver_is_dropped()
    {
        (_, byte[] received, _, _) = Exchange(6);
        byte[] echo = TooBig(NearRouter, received, 60, type: 8);
        byte[] wrong = TooBig(NearRouter, received, 60);
        wrong[36] ^= 1;
        byte[] tiny = TooBig(NearRouter, received, 27);
        byte[] foreign = TooBig(NearRouter, received, 60);
        foreign[33] ^= 1;
        TestFrame.FixIpChecksum(foreign);
        byte[] inner = TooBig(NearRouter, [.. received[..23], 47, .. received[24..]], 60);
        byte[] last = TooBig(NearRouter, received, 60);
        last[22] = 1;
        TestFrame.FixIpChecksum(last);
        foreach (byte[] frame in new[] { echo, wrong, tiny, foreign, inner, last })
            Assert.Empty(_bench.Give(frame));
        Assert.Equal((5ul, 1ul), (_bench.Count(PacketCounter.DropIcmp), _bench.Count(PacketCounter.DropTtl)));
        Assert.Empty(_bench.Requests());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_error_of_another_nodes_flow_is_asked_for_and_relayed_in_either_direction(bool toVip)
    {
        FlowRecord record = SharedBench.RecordOf(40_000);
        byte[] packet = toVip
            ? new Frame(Bench.Vip, 80, Bench.Client, 40_000).Bytes()
            : new Frame(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080).Bytes();
        byte[] error = TooBig(NearRouter, packet, 40);
        Assert.Empty(_bench.Give([.. error]));
        FlowKey key = _bench.Request(FlowRequestKind.LookUp).Key;
        Assert.Equal(toVip ? record.Forward : record.Reverse, key);
        byte[] relayed = Assert.Single(_bench.Answer(FlowAnswerKind.Relay, key, record));
        Assert.Equal(SharedBench.MacOf(SharedBench.Peer), relayed[..6]);
        Assert.Equal(error[12..], relayed[12..]);
        Assert.Empty(_bench.Give([.. error], relayedBy: SharedBench.OtherPeer));
        Assert.Equal(FlowRequestKind.NotMine, _bench.Request(FlowRequestKind.NotMine).Kind);
    }

    [Fact]
    public void Nobodys_error_is_dropped_without_an_answer()
    {
        byte[] error = TooBig(NearRouter, new Frame(SharedBench.OtherSnat, 7_000, "10.0.0.2", 8_080).Bytes(), 40);
        _bench.Give(error);
        Assert.Empty(_bench.Answer(FlowAnswerKind.Absent, _bench.Request(FlowRequestKind.LookUp).Key));
        Assert.Equal(1ul, _bench.Count(PacketCounter.DropNoFlow));
    }

    [Fact]
    public void Without_a_directory_a_nodes_own_flows_have_their_errors_too()
    {
        var bench = new Bench();
        Conversation tcp = bench.Connect();
        byte[] sent = new Frame(Bench.Client, 40_000, Bench.Vip, 80) { Payload = new byte[9] }.Bytes();
        byte[] received = [.. sent];
        Assert.Equal(PacketCounter.Forwarded, bench.Send(received));
        byte[] error = TooBig(NearRouter, received, 49);
        Assert.Equal(PacketCounter.Forwarded, bench.Send(error));
        ExpectAbout(error, Bench.Vip, Bench.Client, sent, 49);
        tcp.FromClient(TcpFlags.Rst);
        bench.Pass(2);
        Assert.Equal(PacketCounter.DropIcmp, bench.Send(TooBig(NearRouter, received, 49)));
    }
}
