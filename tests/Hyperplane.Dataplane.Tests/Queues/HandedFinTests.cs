using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>FINs that the flow cache forwards on a node with several pipelines.</summary>
public sealed class HandedFinTests : IDisposable
{
    private const int Pipelines = 4;
    private const ushort ClientPort = 40_000;
    private const int TargetAt = 1;

    private readonly QueuedNode _node = new(Pipelines, Bench.DualModel());
    private readonly CachedPath _xdp;
    private readonly int _home =
        new FlowHomes(Pipelines, QueuedNode.Seed).Of(Frame.Key(Bench.Client, ClientPort, Bench.Vip, 80));

    public HandedFinTests() => _xdp = new CachedPath(
        _node.Cache, _node.Hops, new PrefixSet(Bench.DualModel().OwnPrefixes));

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_syn_that_is_handed_over_meets_the_close_that_passed_before_it()
    {
        Frame target = Connect();
        Pass(Client(Fin | Ack, 1_001, 501));
        Pass(target with { Flags = Fin | Ack, Sequence = 501, Acknowledgement = 1_002 });
        Pass(Client(Ack, 1_002, 502));
        Frame syn = Client(Syn, 9_000, 0);
        int elsewhere = (_home + 1) % Pipelines;
        Assert.True(_node.TryInject(syn.Bytes(), elsewhere));
        _node.Loops[elsewhere].RunOnce();
        // The first that it hears of the FINs, and of the SYN.
        _node.Loops[_home].RunOnce();
        Answer();
        Assert.Equal(2UL, _node.Counters.Listeners[Bench.TcpListener].NewFlows);
    }

    [Fact]
    public void Its_pipeline_alone_hears_of_a_fin()
    {
        Connect();
        Pass(Client(Fin | Ack, 1_001, 501));
        Assert.All(
            Enumerable.Range(0, Pipelines).Where(pipeline => pipeline != _home),
            pipeline => Assert.False(_node.Cache.TryTakeFin(pipeline, out _)));
        Assert.True(_node.Cache.TryTakeFin(_home, out FlowFin fin));
        Assert.Equal((1_002u, 501u), (fin.SequenceEnd, fin.Acknowledgement));
    }

    /// <summary>A frame at the interface that needs no pipeline.</summary>
    private void Pass(Frame frame) =>
        Assert.Equal(PacketCounter.Forwarded, _xdp.Process(frame.Bytes(), nowNs: 1_000_000, out _));

    private static Frame Client(TcpFlags flags, uint sequence, uint acknowledgement) =>
        new(Bench.Client, ClientPort, Bench.Vip, 80)
        {
            Flags = flags, Sequence = sequence, Acknowledgement = acknowledgement,
        };

    /// <summary>How the target answers on a flow that is cached.</summary>
    private Frame Connect()
    {
        byte[] sent = Give(Client(Syn, 1_000, 0));
        Assert.True(EthernetView.TryRead(sent, out EthernetView ethernet) == ParseVerdict.Ok);
        Assert.True(IpView.TryRead(ethernet, out IpView ip) == ParseVerdict.Ok);
        Assert.True(TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok);
        var target = new Frame(
            ip.Destination.ToString(), AddressBytes.Be(tcp.DestinationPortBe), ip.Source.ToString(),
            AddressBytes.Be(tcp.SourcePortBe));
        Give(target with { Flags = Syn | Ack, Sequence = 500, Acknowledgement = 1_001 });
        Give(Client(Ack, 1_001, 501));
        Assert.Equal(2, _node.Cache.Count);
        return target;
    }

    private byte[] Give(Frame frame)
    {
        Assert.True(_node.TryInject(frame.Bytes(), TargetAt));
        _node.Settle();
        Answer();
        return Assert.Single(_node.Sent());
    }

    /// <summary>No other node knows anything.</summary>
    private void Answer()
    {
        foreach (FlowRequest request in _node.Requests())
        {
            if (request.Kind is FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly)
                _node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Absent, Key = request.Key });
            else if (request.Kind == FlowRequestKind.Insert)
                _node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Won, Key = request.Key, Record = request.Record });
        }
        _node.Settle();
        _node.Requests();
    }
}
