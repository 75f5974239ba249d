using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>Node 3's pipeline with its loop, frames in memory, a clock turned by hand, two peers, and the directory's
/// end of the exchange in the test's hands.</summary>
internal sealed class SharedBench : IDisposable
{
    public const ushort Self = 3;
    public const ulong Start = 77;
    public const ushort Peer = 5;
    public const ulong PeerStart = 55;
    public const ushort OtherPeer = 6;
    public const string Fabric = "172.16.0.3";
    public const string OtherSnat = "203.0.113.2";

    private readonly HandTime _time = new();
    private readonly byte[] _frame = new byte[2_048];

    public SharedBench(
        int flows = 1_024, int halfOpen = 256, int ring = 1_024, int frames = 2_048,
        DataplaneOptions? options = null)
    {
        Exchange = new FlowExchange(ring) { RequestsWaiting = () => Rings++ };
        Io = new MemoryFrameIo(frames);
        options ??= new DataplaneOptions { Interface = "none" };
        Pipeline = new PacketPipeline(
            options with
            {
                NodeId = Self, Start = Start, FlowCapacity = flows, HalfOpenCapacity = halfOpen, Exchange = Exchange,
            },
            Cache, Hops, seed: 9, frames: Io, relayCache: Relays,
            tunnel: new TunnelEnd(AddressBytes.Be(IPAddress.Parse(Fabric)), 1_500));
        Loop = new PipelineLoop(Io, Pipeline, _time, new NoHeartbeat());
        Compiler = new ModelCompiler(Pipeline.Counters, 251);
        Use(Bench.Model());
        UsePeers(PeerOf(Peer, PeerStart), PeerOf(OtherPeer, 66));
    }

    public FlowExchange Exchange { get; }

    public MemoryFrameIo Io { get; }

    public PacketPipeline Pipeline { get; }

    public PipelineLoop Loop { get; }

    public ModelCompiler Compiler { get; }

    public ModelTables Tables { get; private set; } = ModelTables.Empty;

    public RecordingFlowCache Cache { get; } = new(4_096);

    public RecordingRelayCache Relays { get; } = new(4_096);

    public FixedNextHops Hops { get; } = new();

    public FlowTable Flows => Pipeline.Flows;

    public int Rings { get; private set; }

    public long NowNs
    {
        get => _time.NowNs;
        set => _time.NowNs = value;
    }

    public static PeerNode PeerOf(ushort node, ulong start, bool isAlive = true) =>
        new(node, new IPAddress([172, 16, 0, (byte)node]), start, isAlive);

    /// <summary>The MAC address of a peer, as <see cref="FixedNextHops"/> has it.</summary>
    public static byte[] MacOf(ushort node) => [(byte)node, 0, 0, 0, 0, 0x0a];

    public void Use(Hyperplane.Dataplane.Model.DataplaneModel model)
    {
        Tables = Compiler.Compile(model, Pipeline.AppliedSequence, out string? refusal)!;
        Assert.Null(refusal);
        Pipeline.Use(Tables);
    }

    public void UsePeers(params PeerNode[] peers) => Pipeline.UsePeers(peers);

    public FlowCounters Listeners(uint id = Bench.TcpListener) => Pipeline.Counters.Read(Tables, null).Listeners[id];

    public ulong Count(PacketCounter counter) => Pipeline.Counters.Packets[counter];

    /// <summary>A frame in; what came out because of it.</summary>
    public IReadOnlyList<byte[]> Give(Frame frame, ushort relayedBy = 0) => Give(frame.Bytes(), relayedBy);

    public IReadOnlyList<byte[]> Give(byte[] frame, ushort relayedBy = 0)
    {
        if (relayedBy != 0)
            MacOf(relayedBy).CopyTo(frame, 6);
        Assert.True(Io.TryInject(frame));
        Loop.RunOnce();
        return Sent();
    }

    /// <summary>An answer in; what came out because of it.</summary>
    public IReadOnlyList<byte[]> Answer(FlowAnswerKind kind, FlowKey key, FlowRecord record = default)
    {
        Assert.True(Exchange.Answers.TryWrite(new FlowAnswer { Kind = kind, Key = key, Record = record }));
        Loop.RunOnce();
        return Sent();
    }

    public IReadOnlyList<byte[]> Answer(FlowAnswerKind kind, FlowRecord record) =>
        Answer(kind, record.Forward, record);

    /// <summary>Lets time pass in steps of 1 ms up to 100 ms; what came out.</summary>
    public IReadOnlyList<byte[]> Pass(double seconds, double stepSeconds = 0.1)
    {
        for (long untilNs = NowNs + (long)(seconds * 1e9); NowNs < untilNs;)
        {
            NowNs = Math.Min(untilNs, NowNs + (long)(stepSeconds * 1e9));
            do
                Loop.RunOnce();
            while (Pipeline.IsBusy);
        }
        return Sent();
    }

    /// <summary>All requests since the last call.</summary>
    public List<FlowRequest> Requests()
    {
        var requests = new List<FlowRequest>();
        while (Exchange.Requests.TryRead(out FlowRequest request))
            requests.Add(request);
        return requests;
    }

    public FlowRequest Request(FlowRequestKind kind)
    {
        FlowRequest request = Assert.Single(Requests());
        Assert.Equal(kind, request.Kind);
        return request;
    }

    public List<byte[]> Sent()
    {
        var sent = new List<byte[]>();
        while (Io.TryTakeSent(_frame, out int length))
            sent.Add(_frame[..length]);
        return sent;
    }

    public FlowState? State(FlowKey key)
    {
        int slot = Flows.Find(key, out _);
        return slot == FlowTable.None ? null : Flows.State(slot);
    }

    public void ExpectTrueCounts() => ExpectTrueCounts(Count);

    /// <summary>in + generated + released = forwarded + relayed + passed + parked + dropped.</summary>
    public static void ExpectTrueCounts(Func<PacketCounter, ulong> count)
    {
        ulong ended = 0;
        foreach (PacketCounter counter in Enum.GetValues<PacketCounter>())
        {
            if (counter is PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Tunnelled
                or PacketCounter.Translated or PacketCounter.Encapsulated or PacketCounter.Absorbed
                or PacketCounter.Passed or PacketCounter.Parked
                || counter.ToString().StartsWith("Drop", StringComparison.Ordinal))
                ended += count(counter);
        }
        Assert.Equal(
            count(PacketCounter.Received) + count(PacketCounter.Released) + count(PacketCounter.ResetSent)
            + count(PacketCounter.ProbeSent) + count(PacketCounter.TooBigSent) + count(PacketCounter.Cut)
            + count(PacketCounter.HeaderSent),
            ended);
    }

    /// <summary>A flow of a peer: client port, target 10.0.0.2, the peer's SNAT address.</summary>
    public static FlowRecord RecordOf(
        ushort clientPort, FlowRecordState state = FlowRecordState.Established, byte protocol = 6,
        ushort owner = Peer, ulong start = PeerStart, string snat = OtherSnat, ushort snatPort = 7_000)
    {
        FlowKey forward =
            Frame.Key(Bench.Client, clientPort, Bench.Vip, (ushort)(protocol == 6 ? 80 : 53), protocol);
        FlowKey reverse = Frame.Key("10.0.0.2", 8_080, snat, snatPort, protocol);
        return new FlowRecord
        {
            Client = forward.Source, Vip = forward.Destination,
            ClientPortBe = forward.SourcePortBe, VipPortBe = forward.DestinationPortBe,
            Target = reverse.Source, Snat = reverse.Destination,
            TargetPortBe = reverse.SourcePortBe, SnatPortBe = reverse.DestinationPortBe,
            ListenerId = protocol == 6 ? Bench.TcpListener : Bench.UdpListener, TargetId = 2,
            OwnerNode = owner, OwnerStart = start, Incarnation = 0x0005_0000_0000_0000UL + clientPort, Epoch = 4,
            IdleTimeoutSeconds = 350, Protocol = protocol, State = state,
        };
    }

    public static Frame FromClient(ushort port, TcpFlags flags, uint sequence = 5_001, uint acknowledgement = 90_001) =>
        Bench.Syn(port) with { Flags = flags, Sequence = sequence, Acknowledgement = acknowledgement };

    /// <summary>A segment from where a frame went, back to where it seemed to come from.</summary>
    public static Frame Reply(byte[] sent, TcpFlags flags, uint sequence = 90_000, uint acknowledgement = 5_001)
    {
        FlowKey key = Frame.KeyOf(sent);
        return new Frame(
            key.Destination.ToString(), AddressBytes.Be(key.DestinationPortBe),
            key.Source.ToString(), AddressBytes.Be(key.SourcePortBe))
        {
            Protocol = (byte)key.Protocol, Flags = flags, Sequence = sequence, Acknowledgement = acknowledgement,
        };
    }

    public void Dispose() => Io.Dispose();
}
