using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>The end of connections whose FINs and last frames the flow cache forwards: the pipeline only hears of
/// them.</summary>
public sealed class CachedCloseTests
{
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;

    private readonly Bench _bench = new();

    public CachedCloseTests() =>
        _bench.Cached = new CachedPath(_bench.Cache, _bench.Hops, _bench.Tables.OwnPrefixes);

    private Conversation Connect()
    {
        Conversation tcp = _bench.Connect();
        Assert.Equal(2, _bench.Cache.Count);
        return tcp;
    }

    /// <summary>Both FINs have passed, the client's first; the last acknowledgement is still to come.</summary>
    private Conversation ConnectAndClose()
    {
        Conversation tcp = Connect();
        tcp.FromClient(FinAck);
        tcp.FromTarget(FinAck);
        return tcp;
    }

    [Fact]
    public void When_the_client_closes_first_the_port_is_held_briefly()
    {
        Conversation tcp = Connect();
        tcp.FromClient(FinAck);
        Assert.Equal(FlowState.Closing, tcp.State);
        tcp.FromTarget(FinAck);
        tcp.FromClient(Ack);
        Assert.Equal((FlowState.Closing, 2), (tcp.State, _bench.Cache.Count));
        _bench.Pass(0.1);
        Assert.Equal((FlowState.Closed, 0), (tcp.State, _bench.Cache.Count));
        Assert.Equal(0ul, _bench.Listener(Bench.TcpListener).ActiveFlows);
        _bench.Pass(2.2);
        Assert.Null(tcp.State);
    }

    [Fact]
    public void When_the_target_closes_first_the_port_is_held_over_its_time_wait()
    {
        Conversation tcp = Connect();
        tcp.FromTarget(FinAck);
        tcp.FromClient(FinAck);
        tcp.FromTarget(Ack);
        _bench.Pass(64);
        Assert.Equal(FlowState.Closed, tcp.State);
        _bench.Pass(1.4);
        Assert.Null(tcp.State);
    }

    [Fact]
    public void A_half_closed_connection_stays_in_the_cache()
    {
        Conversation tcp = Connect();
        tcp.FromClient(FinAck, 10);
        int installs = _bench.Cache.Installs;
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(Ack, 100));
            Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(Ack));
            _bench.Pass(1);
        }
        Assert.Equal((FlowState.Closing, 2, installs), (tcp.State, _bench.Cache.Count, _bench.Cache.Installs));
        // Its frames are counted on for its target.
        (ulong fromClient, ulong fromTarget) = (0, 0);
        foreach (int slot in _bench.Tables.TargetSlots.Values)
        {
            fromClient += _bench.Cache.CountedTarget((uint)slot * 2).Packets;
            fromTarget += _bench.Cache.CountedTarget(((uint)slot * 2) + 1).Packets;
        }
        Assert.Equal((501ul, 500ul), (fromClient, fromTarget));
        tcp.FromTarget(FinAck);
        tcp.FromClient(Ack);
        _bench.Pass(0.1);
        Assert.Equal(FlowState.Closed, tcp.State);
    }

    [Fact]
    public void When_the_last_acknowledgement_takes_long_the_pipeline_sees_it_itself()
    {
        Conversation tcp = ConnectAndClose();
        _bench.Pass(0.1);
        Assert.Equal((FlowState.Closing, 0), (tcp.State, _bench.Cache.Count));
        tcp.FromClient(Ack);
        Assert.Equal(FlowState.Closed, tcp.State);
    }

    [Fact]
    public void A_last_acknowledgement_that_never_comes_ends_with_the_idle_time()
    {
        Conversation tcp = ConnectAndClose();
        _bench.Pass(128);
        Assert.Equal(FlowState.Held, tcp.State);
    }

    [Fact]
    public void A_half_closed_connection_without_frames_ends_with_its_idle_time()
    {
        Conversation tcp = Connect();
        tcp.FromClient(FinAck);
        _bench.Pass(349);
        Assert.Equal(FlowState.Closing, tcp.State);
        _bench.Pass(40);
        Assert.Equal((FlowState.Held, 0), (tcp.State, _bench.Cache.Count));
    }

    [Fact]
    public void A_syn_right_behind_the_last_acknowledgement_begins_another_connection()
    {
        Conversation old = ConnectAndClose();
        old.FromClient(Ack);
        Conversation next = _bench.Connect();
        Assert.NotEqual(old.Reverse, next.Reverse);
        Assert.Equal(FlowState.Held, old.State);
        _bench.Pass(0.1);
        Assert.Equal(FlowState.Established, next.State);
    }

    [Fact]
    public void A_fin_that_comes_again_changes_nothing()
    {
        Conversation tcp = Connect();
        Frame fin = new(Bench.Client, 40_000, Bench.Vip, 80)
        {
            Flags = FinAck, Sequence = tcp.ClientNext, Acknowledgement = tcp.TargetNext,
        };
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(PacketCounter.Forwarded, _bench.Send(fin));
            _bench.Pass(1);
            Assert.Equal((FlowState.Closing, 2), (tcp.State, _bench.Cache.Count));
        }
    }

    [Fact]
    public void A_reset_after_a_fin_ends_the_flow()
    {
        Conversation tcp = ConnectAndClose();
        tcp.FromClient(TcpFlags.Rst);
        Assert.Equal((FlowState.Closed, 0), (tcp.State, _bench.Cache.Count));
        _bench.Pass(1.1);
        Assert.Null(tcp.State);
    }
}
