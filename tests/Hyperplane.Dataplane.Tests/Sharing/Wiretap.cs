using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A client and a target with TCPs as RFC 9293 and RFC 5961 have them, the XDP program's model and the
/// pipeline between them, and somebody who forges the client's frames and sees nothing.</summary>
/// <remarks>Frames arrive at once and in order. The directory lets every flow win.</remarks>
internal sealed class Wiretap : IDisposable
{
    public const ushort Port = 40_000;

    private readonly CachedPath _cached;
    private readonly Queue<byte[]> _wire = new();
    private FlowKey _targetSide;

    public Wiretap()
    {
        Bench = new SharedBench();
        _cached = new CachedPath(Bench.Cache, Bench.Hops, Bench.Tables.OwnPrefixes);
    }

    public SharedBench Bench { get; }

    public TcpPeer Client { get; } = new();

    public TcpPeer Target { get; } = new() { Listens = true };

    public List<FlowRequest> Told { get; } = [];

    public FlowState? State => Bench.State(Frame.Key(Pipeline.Bench.Client, Port, Pipeline.Bench.Vip, 80));

    public FlowState? StateOfPort => Bench.State(_targetSide);

    public int Closes => Told.Count(request => request.Kind == FlowRequestKind.Close);

    public void Dispose()
    {
        Bench.ExpectTrueCounts();
        Bench.Dispose();
    }

    /// <summary>Opens a connection; takes the SYN to be sent more than once.</summary>
    public void Connect(uint sequence, int syns = 1)
    {
        Segment syn = Client.Open(sequence);
        for (int i = 0; i < syns; i++)
            Send(FlowSide.Client, syn);
        Assert.True(Client.IsOpen && Target.IsOpen, "no connection");
    }

    /// <summary>A segment of an end to the other, and all that follows from it.</summary>
    public void Send(FlowSide from, Segment segment)
    {
        _wire.Enqueue(FrameOf(from, segment));
        CarryAll();
    }

    public void Pass(double seconds)
    {
        for (long untilNs = Bench.NowNs + (long)(seconds * 1e9); Bench.NowNs < untilNs;)
        {
            foreach (byte[] frame in Bench.Pass(0.1))
                Arrive(frame);
            Listen();
            CarryAll();
        }
    }

    private void CarryAll()
    {
        while (_wire.TryDequeue(out byte[]? frame))
            Carry(frame);
    }

    private static Frame FrameOfClient() => new(Pipeline.Bench.Client, Port, Pipeline.Bench.Vip, 80);

    private byte[] FrameOf(FlowSide from, Segment segment)
    {
        FlowKey key = _targetSide;
        Frame frame = from == FlowSide.Client
            ? FrameOfClient()
            : new Frame(
                key.Source.ToString(), AddressBytes.Be(key.SourcePortBe),
                key.Destination.ToString(), AddressBytes.Be(key.DestinationPortBe));
        return (frame with
        {
            Flags = segment.Flags, Sequence = segment.Sequence, Acknowledgement = segment.Acknowledgement,
            Payload = new byte[segment.Bytes],
        }).Bytes();
    }

    private void Carry(byte[] frame)
    {
        PacketCounter verdict = _cached.Process(frame, Bench.NowNs, out _);
        if (verdict == PacketCounter.Forwarded)
        {
            Arrive(frame);
            return;
        }
        Assert.Equal(PacketCounter.Punted, verdict);
        foreach (byte[] sent in Bench.Give(frame))
            Arrive(sent);
        Listen();
    }

    /// <summary>What the directory is told; it lets inserts win.</summary>
    private void Listen()
    {
        foreach (FlowRequest request in Bench.Requests())
        {
            Told.Add(request);
            if (request.Kind != FlowRequestKind.Insert)
                continue;
            foreach (byte[] sent in Bench.Answer(FlowAnswerKind.Won, request.Record with { Epoch = 1 }))
                Arrive(sent);
            Listen();
        }
    }

    private void Arrive(byte[] frame)
    {
        FlowKey key = Frame.KeyOf(frame);
        bool toTarget = (byte)key.Destination.Ipv4Be == 10;
        Assert.Equal(ParseVerdict.Ok, Ipv4View.TryRead(frame.AsSpan(14), out Ipv4View ip));
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(ip.Payload, out TcpView tcp));
        int bytes = (int)(tcp.SequenceEnd - tcp.Sequence) - ((tcp.Flags & (Syn | Fin)) != None ? 1 : 0);
        var segment = new Segment(tcp.Flags, tcp.Sequence, tcp.Acknowledgement, bytes);
        var reverse = new FlowKey(
            key.Destination, key.Source, key.DestinationPortBe, key.SourcePortBe, key.Protocol);
        if (toTarget && reverse != _targetSide)
        {
            _targetSide = reverse;
            Target.Forget();
        }
        if ((toTarget ? Target : Client).Take(segment) is { } answer)
            _wire.Enqueue(FrameOf(toTarget ? FlowSide.Target : FlowSide.Client, answer));
    }
}
