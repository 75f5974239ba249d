using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class AnyFrameTests
{
    private static bool IsVerdict(PacketCounter verdict) => verdict is PacketCounter.Forwarded
        or PacketCounter.Translated or PacketCounter.DropTranslation
        or (>= PacketCounter.DropTruncated and <= PacketCounter.DropNextHopUnresolved);

    [Fact]
    public void Any_bytes_end_in_a_named_drop()
    {
        var bench = new Bench();
        Prop.ForAll<byte[]>(bytes => bench.Send(bytes) is var verdict && IsVerdict(verdict)
            && verdict != PacketCounter.Forwarded).QuickCheckThrowOnFailure();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(9_100)];
            random.NextBytes(bytes);
            if (bytes.Length > 15)
                (bytes[12], bytes[13], bytes[14]) = i % 2 == 0
                    ? ((byte)8, (byte)0, (byte)0x45)
                    : ((byte)0x86, (byte)0xdd, (byte)0x60);
            Assert.True(IsVerdict(bench.Send(bytes)));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Any_mixture_of_frames_leaves_checksums_right_and_counters_true(int seed)
    {
        var random = new Random(seed);
        var bench = new Bench(100, 40, cacheEntries: 150, ports: (2_000, 2_060), model: Bench.DualModel());
        FlowKey[] keys =
        [
            .. Enumerable.Range(1, 150).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 80)),
            .. Enumerable.Range(1, 150).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 53, 17)),
            .. Enumerable.Range(1, 90).Select(i => Frame.Key(Bench.Client6, (ushort)i, Bench.Vip6, 80)),
            .. Enumerable.Range(1, 90).Select(i => Frame.Key(Bench.Client6, (ushort)i, Bench.Vip6, 53, 17)),
            .. Enumerable.Range(1, 60).Select(
                i => Frame.Key("2001:db8:a::1", 8_080, Bench.Snat6, (ushort)(1_999 + i))),
            .. Enumerable.Range(1, 60).Select(i => Frame.Key("10.0.0.6", 8_080, Bench.Snat, (ushort)(1_999 + i), 17)),
            .. Enumerable.Range(1, 60).Select(i => Frame.Key("10.0.0.1", 8_080, Bench.Snat, (ushort)(1_999 + i))),
            .. Enumerable.Range(1, 60).Select(i => Frame.Key("10.0.0.2", 8_080, Bench.Snat, (ushort)(1_999 + i), 17)),
        ];
        var seen = new Dictionary<PacketCounter, int>();
        for (int i = 0; i < 80_000; i++)
        {
            bench.NowNs += random.Next(2_000_000);
            bench.Hops.Resolved[random.Next(2)] = random.Next(10) != 0;
            byte[] frame = FrameMix.Of(random, keys[random.Next(keys.Length)]);
            byte[] before = [.. frame];
            PacketCounter verdict = bench.Send(frame);
            Assert.True(IsVerdict(verdict), $"seed {seed} frame {i}: {verdict}");
            seen[verdict] = seen.GetValueOrDefault(verdict) + 1;
            if (verdict is not (PacketCounter.Forwarded or PacketCounter.Translated))
                Assert.Equal(before, frame);
            else if (WasRight(before))
                Frame.ExpectRightChecksums(Finished(bench, verdict, frame));
        }
        Assert.True(seen.Count >= 12, string.Join(", ", seen));
        ExpectTrueCounters(bench);
        bench.Hops.Resolved.AsSpan().Fill(true);
        bench.Pass(500);
        foreach (FlowPool pool in Enum.GetValues<FlowPool>())
            Assert.Equal(0, bench.Flows.Count(pool));
        Assert.Equal(0, bench.Cache.Count);
        ExpectTrueCounters(bench);
    }

    private static byte[] Finished(Bench bench, PacketCounter verdict, byte[] frame) =>
        verdict == PacketCounter.Translated ? bench.Pipeline.Wrapping.Translator.Finished(frame) : frame;

    /// <summary>Active flows by counter and by state agree, and what is cached is established.</summary>
    private static void ExpectTrueCounters(Bench bench)
    {
        int active = bench.Flows.Count(FlowPool.HalfOpen) + bench.Flows.Count(FlowPool.Unconfirmed)
            + bench.Flows.Count(FlowPool.Established);
        uint[] listeners =
            [Bench.TcpListener, Bench.UdpListener, Bench.TcpListener + 10, Bench.UdpListener + 10];
        Assert.Equal(active, (int)listeners.Sum(id => (long)bench.Listener(id).ActiveFlows));
        Assert.Equal(active, (int)Enumerable.Range(1, 6).Sum(id => (long)bench.TargetCounters((uint)id).ActiveFlows));
        foreach (FlowKey key in bench.Cache.Keys)
        {
            int slot = bench.Flows.Find(key, out _);
            Assert.Equal(FlowState.Established, bench.Flows.State(slot));
        }
    }

    /// <summary>Whether the transport checksum was right on arrival; a wrong one stays wrong.</summary>
    private static bool WasRight(byte[] frame)
    {
        IpView ip = Frame.Read(frame);
        ReadOnlySpan<byte> segment = ip.Payload;
        int length = ip.Protocol == 17 ? (segment[4] << 8) | segment[5] : segment.Length;
        int field = ip.Protocol == 17 ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        ushort inFrame = System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(segment[field..]);
        ushort expected = InternetChecksum.OfTransport(ip.Source, ip.Destination, ip.Protocol, segment[..length]);
        return inFrame == expected || (ip.Protocol == 17 && inFrame == 0);
    }
}
