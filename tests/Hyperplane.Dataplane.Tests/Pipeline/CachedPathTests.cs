using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>The cached path may only say what the pipeline would have said.</summary>
public sealed class CachedPathTests
{
    private readonly Bench _bench = new(model: Bench.DualModel());
    private readonly CachedPath _path;

    public CachedPathTests() => _path = new CachedPath(_bench.Cache, _bench.Hops, _bench.Tables.OwnPrefixes);

    private Frame FromClient(ushort port) => new(Bench.Client, port, Bench.Vip, 80);

    [Fact]
    public void Every_frame_the_cache_answers_gets_the_pipelines_answer_byte_by_byte()
    {
        foreach (ushort port in Enumerable.Range(40_000, 8).Select(port => (ushort)port))
            _bench.Connect(port);
        _bench.Send(Bench.Datagram(50_000));
        _bench.Send(Bench.Datagram(50_000));
        for (ushort port = 50_000; port < 50_012; port++)
        {
            var datagram = new Frame(Bench.Client6, port, Bench.Vip6, 53) { Protocol = 17, Payload = [1] };
            _bench.Send(datagram);
            _bench.Send(datagram);
        }
        FlowKey[] keys = [.. _bench.Cache.Keys];
        var random = new Random(77);
        var seen = new Dictionary<PacketCounter, int>();
        for (int i = 0; i < 60_000; i++)
        {
            byte[] frame = FrameMix.Of(random, keys[random.Next(keys.Length)]);
            _bench.Hops.Resolved[0] = random.Next(20) != 0;
            byte[] cached = [.. frame];
            PacketCounter fast = _path.Process(cached, _bench.NowNs, out uint interfaceIndex);
            seen[fast] = seen.GetValueOrDefault(fast) + 1;
            if (fast is PacketCounter.Passed or PacketCounter.Punted)
            {
                Assert.Equal(frame, cached);
                continue;
            }
            PacketCounter slow = _bench.Pipeline.Process(frame, _bench.NowNs, out uint hop);
            Assert.True(fast == slow, $"frame {i}: {fast} instead of {slow}");
            if (fast == PacketCounter.Translated)
                Assert.Equal(_bench.Pipeline.Wrapping.Translator.Finished(frame), _path.Resized);
            else
                Assert.Equal(frame, cached);
            if (fast is PacketCounter.Forwarded or PacketCounter.Translated)
                Assert.Equal(hop + 1, interfaceIndex);
        }
        Assert.True(seen.Values.Min() > 100 && seen.Count == 6, string.Join(", ", seen));
    }

    [Fact]
    public void A_tunnel_is_not_looked_for_in_what_says_that_it_is_IPv6()
    {
        var path = new CachedPath(_bench.Cache, _bench.Hops, _bench.Tables.OwnPrefixes)
        {
            Tunnel = new TunnelEnd(AddressBytes.Be(IPAddress.Parse("10.0.0.1")), 1_500),
        };
        byte[] frame = TestFrame.Udp("10.0.0.2", 50_000, "10.0.0.1", GueHeader.Port, payloadBytes: 60);
        Assert.Equal(PacketCounter.DropTunnel, path.Process([.. frame], 1, out _));
        (frame[12], frame[13]) = (0x86, 0xdd);
        Assert.Equal(PacketCounter.Passed, path.Process(frame, 1, out _));
    }

    [Fact]
    public void What_is_not_ours_is_passed_untouched()
    {
        Assert.Equal(PacketCounter.Passed, _path.Process(new byte[13], 0, out _));
        Assert.Equal(PacketCounter.Passed, _path.Process(new byte[60], 0, out _));
        byte[] frame = (FromClient(1) with { Destination = "198.51.101.1" }).Bytes();
        Assert.Equal(PacketCounter.Passed, _path.Process(frame, 0, out _));
    }

    [Fact]
    public void Frames_that_change_a_connection_always_go_to_the_pipeline()
    {
        _bench.Connect(40_000);
        TcpFlags[] changes =
            [TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Fin, TcpFlags.Fin | TcpFlags.Syn];
        foreach (TcpFlags flags in changes)
        {
            byte[] frame = (FromClient(40_000) with { Flags = flags }).Bytes();
            Assert.Equal(PacketCounter.Punted, _path.Process(frame, 0, out _));
        }
        Assert.Equal(PacketCounter.Forwarded, _path.Process(FromClient(40_000).Bytes(), 0, out _));
    }

    [Theory]
    [InlineData(TcpFlags.Rst)]
    [InlineData(TcpFlags.Fin | TcpFlags.Ack)]
    public void A_flow_that_only_the_cache_sees_stays_and_its_frames_are_counted_for_its_target(TcpFlags end)
    {
        Conversation tcp = _bench.Connect(40_000);
        uint target = uint.Parse(tcp.TargetAddress[^1..], System.Globalization.CultureInfo.InvariantCulture);
        for (int i = 0; i < 10; i++)
        {
            _bench.Pass(100);
            byte[] frame = FromClient(40_000).Bytes();
            Assert.Equal(PacketCounter.Forwarded, _path.Process(frame, _bench.NowNs, out _));
        }
        _bench.Pass(37);
        Assert.Equal(FlowState.Established, tcp.State);
        // The handshake's two, and those that only the cache saw.
        Assert.Equal(2ul, _bench.TargetCounters(target).PacketsIn);
        uint targetSlot = (uint)_bench.Tables.TargetSlots[target] * 2;
        Assert.Equal((10ul, 540ul), _bench.Cache.CountedTarget(targetSlot));
        uint slot = (uint)_bench.Tables.ListenerSlots[Bench.TcpListener];
        Assert.Equal((10ul, 540ul), _bench.Cache.Counted(slot * 2));
        Assert.Equal(PacketCounter.Forwarded, _path.Process(FromClient(40_000).Bytes(), _bench.NowNs, out _));
        tcp.FromClient(end);
        Assert.Equal(3ul, _bench.TargetCounters(target).PacketsIn);
        Assert.Equal((11ul, 594ul), _bench.Cache.CountedTarget(targetSlot));
        Assert.Equal(0, _bench.Cache.Count);
    }

    [Fact]
    public void A_flow_that_the_cache_lost_comes_back_with_its_next_frame()
    {
        Conversation tcp = _bench.Connect(40_000);
        Assert.True(_bench.Cache.TryRemove(tcp.Reverse));
        _bench.Pass(37);
        Assert.Equal(0, _bench.Cache.Count);
        tcp.FromTarget(TcpFlags.Ack, 10);
        Assert.Equal(2, _bench.Cache.Count);
    }
}
