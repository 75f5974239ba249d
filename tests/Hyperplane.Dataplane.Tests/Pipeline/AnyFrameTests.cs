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
                (bytes[12], bytes[13], bytes[14]) = (8, 0, 0x45);
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
        var bench = new Bench(flows: 100, halfOpen: 40, cacheEntries: 150, ports: (2_000, 2_060));
        FlowKey4[] keys =
        [
            .. Enumerable.Range(1, 150).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 80)),
            .. Enumerable.Range(1, 150).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 53, 17)),
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
            if (verdict != PacketCounter.Forwarded)
                Assert.Equal(before, frame);
            else if (WasRight(before))
                Frame.ExpectRightChecksums(frame);
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

    /// <summary>Active flows by counter and by state agree, and what is cached is established.</summary>
    private static void ExpectTrueCounters(Bench bench)
    {
        int active = bench.Flows.Count(FlowPool.HalfOpen) + bench.Flows.Count(FlowPool.Unconfirmed)
            + bench.Flows.Count(FlowPool.Established);
        Assert.Equal(
            active,
            (int)(bench.Listener(Bench.TcpListener).ActiveFlows + bench.Listener(Bench.UdpListener).ActiveFlows));
        Assert.Equal(active, (int)Enumerable.Range(1, 3).Sum(id => (long)bench.TargetCounters((uint)id).ActiveFlows));
        foreach (FlowKey4 key in bench.Cache.Keys)
        {
            int slot = bench.Flows.Find(key, out _);
            Assert.Equal(FlowState.Established, bench.Flows.State(slot));
        }
    }

    /// <summary>Whether the transport checksum was right on arrival; a wrong one stays wrong.</summary>
    private static bool WasRight(byte[] frame)
    {
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(frame.AsSpan(14), out Ipv4View ip));
        ReadOnlySpan<byte> segment = ip.Payload;
        int length = ip.Protocol == 17 ? (segment[4] << 8) | segment[5] : segment.Length;
        int field = ip.Protocol == 17 ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        ushort inFrame = System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(segment[field..]);
        ushort expected =
            InternetChecksum.OfTransport(ip.SourceBe, ip.DestinationBe, ip.Protocol, segment[..length]);
        return inFrame == expected || (ip.Protocol == 17 && inFrame == 0);
    }
}
