using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Any frames, and a directory that answers anything at any time, late, twice or never.</summary>
public sealed class AnyAnswerTests
{
    private static readonly FlowKey[] Keys =
    [
        .. Enumerable.Range(1, 60).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 80)),
        .. Enumerable.Range(1, 60).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 53, 17)),
        .. Enumerable.Range(1, 60).Select(i => Frame.Key("10.0.0.2", 8_080, Bench.Snat, (ushort)(20_000 + i))),
        .. Enumerable.Range(1, 60).Select(i => Frame.Key(Bench.Vip, 80, Bench.Client, (ushort)i)),
        .. Enumerable.Range(7_000, 60).Select(i => Frame.Key("10.0.0.2", 8_080, SharedBench.OtherSnat, (ushort)i)),
    ];

    private readonly List<FlowRequest> _asked = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_frame_is_accounted_for_and_nothing_is_left_behind(int seed)
    {
        var random = new Random(seed);
        using var bench = new SharedBench(flows: 80, halfOpen: 30, ring: 16, frames: 1_024);
        for (int i = 0; i < 40_000; i++)
        {
            byte[] frame = FrameMix.Of(random, Keys[random.Next(Keys.Length)]);
            if (random.Next(10) == 0)
                frame = Odd(random, frame);
            if (frame.Length > 12 && random.Next(8) == 0)
                SharedBench.MacOf(SharedBench.Peer).CopyTo(frame, 6);
            bench.Io.TryInject(frame);
            bench.NowNs += random.Next(random.Next(10) == 0 ? 20_000_000 : 300_000);
            for (int answers = random.Next(5); answers > 0; answers--)
                bench.Exchange.Answers.TryWrite(AnyAnswer(random));
            bench.Loop.RunOnce();
            AnswerSyns(bench, random);
            if (random.Next(8) == 0)
                _asked.AddRange(bench.Requests());
            if (_asked.Count > 500)
                _asked.RemoveRange(0, 400);
            if (random.Next(500) == 0)
                bench.UsePeers(SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart, random.Next(2) == 0));
        }
        Assert.All(
            [
                PacketCounter.Forwarded, PacketCounter.Relayed, PacketCounter.Parked, PacketCounter.ResetSent,
                PacketCounter.DropNotMine, PacketCounter.DropLost, PacketCounter.Unreplicated,
                PacketCounter.DirectoryFull, PacketCounter.DropDirectoryUnavailable, PacketCounter.DropFragment,
            ],
            counter => Assert.True(bench.Count(counter) > 0, $"seed {seed}: no {counter}"));
        for (int second = 0; second < 900; second++)
        {
            bench.Pass(1);
            bench.Requests();
        }
        bench.ExpectTrueCounts();
        Assert.Equal(bench.Count(PacketCounter.Parked), bench.Count(PacketCounter.Released));
        Assert.Equal(1_024, bench.Io.FreeFrames);
        Assert.Equal(0, bench.Cache.Count);
        Assert.Empty(bench.Relays.Keys);
        foreach (FlowPool pool in new[] { FlowPool.HalfOpen, FlowPool.Unconfirmed, FlowPool.Established })
            Assert.Equal(0, bench.Flows.Count(pool));
        Assert.Equal((0ul, 0ul), (bench.Listeners().ActiveFlows, bench.Listeners(Bench.UdpListener).ActiveFlows));
        foreach (uint target in new uint[] { 1, 2, 3 })
            Assert.Equal(0ul, bench.Pipeline.Counters.Read(bench.Tables, null).Targets[target].ActiveFlows);
    }

    /// <summary>The frame as a fragment of a few packets, or inside an ICMP error.</summary>
    private static byte[] Odd(Random random, byte[] frame)
    {
        if (frame.Length < 54 || frame[14] != 0x45)
            return frame;
        if (random.Next(3) != 0)
        {
            (frame[18], frame[19], frame[20], frame[21]) =
                (0, (byte)random.Next(4), (byte)(random.Next(2) * 0x20), (byte)random.Next(4));
            TestFrame.FixIpChecksum(frame);
            return frame;
        }
        string to = new System.Net.IPAddress(frame[26..30]).ToString();
        byte[] message = [3, 4, 0, 0, 0, 0, 5, 120, .. frame[14..random.Next(42, frame.Length + 1)]];
        System.Runtime.InteropServices.MemoryMarshal.Write(message.AsSpan(2), InternetChecksum.Of(message));
        return TestFrame.Ip("10.0.0.254", to, 1, message);
    }

    private static void AnswerSyns(SharedBench bench, Random random)
    {
        foreach (byte[] sent in bench.Sent())
        {
            if (sent.Length < 54 || sent[23] != 6 || sent[14] != 0x45 || sent[47] != (byte)Syn || random.Next(2) == 0)
                continue;
            bench.Io.TryInject(SharedBench.Reply(sent, Syn | Ack).Bytes());
            bench.Loop.RunOnce();
        }
    }

    /// <summary>Mostly an answer to something that was asked, of any kind.</summary>
    private FlowAnswer AnyAnswer(Random random)
    {
        var kind = (FlowAnswerKind)random.Next(Enum.GetValues<FlowAnswerKind>().Length + 1);
        int reach = random.Next(2) == 0 ? _asked.Count : Math.Min(8, _asked.Count);
        FlowRequest asked = reach > 0 ? _asked[^random.Next(1, 1 + reach)] : default;
        FlowRecord record = asked.Kind is FlowRequestKind.Insert or FlowRequestKind.Update && random.Next(3) != 0
            ? asked.Record
            : AnyRecord(random, asked.Key.Protocol == 17 ? (byte)17 : (byte)6);
        if (asked.Kind == FlowRequestKind.Insert && random.Next(3) == 0)
            (kind, record) = (FlowAnswerKind.Lost, asked.Record with { Incarnation = 1, Snat = new(1) });
        if (kind is FlowAnswerKind.Lost or FlowAnswerKind.Displaced or FlowAnswerKind.Relay)
            (record.OwnerNode, record.OwnerStart) = (SharedBench.Peer, SharedBench.PeerStart);
        if (kind == FlowAnswerKind.Own)
            (record.OwnerNode, record.OwnerStart) = (SharedBench.Self, SharedBench.Start);
        record.Epoch += (uint)random.Next(3);
        return new FlowAnswer { Kind = kind, Key = random.Next(4) == 0 ? record.Forward : asked.Key, Record = record };
    }

    private static FlowRecord AnyRecord(Random random, byte protocol) => SharedBench.RecordOf(
        (ushort)random.Next(1, 61), (FlowRecordState)random.Next(5), protocol,
        snat: random.Next(3) == 0 ? Bench.Snat : SharedBench.OtherSnat,
        snatPort: (ushort)(7_000 + random.Next(61))) with
    {
        TargetId = (uint)random.Next(1, 5), Epoch = (uint)random.Next(6),
    };
}
