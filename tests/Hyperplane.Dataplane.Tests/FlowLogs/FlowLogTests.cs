using System.Collections.Immutable;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.FlowLogs;

/// <summary>Each flow of a listener with a log is told once, at its end, with the frames of both engines.</summary>
public sealed class FlowLogTests
{
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;
    private const int HeadersBytes = 14 + 20 + 20;

    private readonly FlowLogQueue _queue = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_closed_by_both_ends_is_told_with_each_of_its_frames(bool isCached)
    {
        Bench bench = Start(isCached);
        long startNs = bench.NowNs;
        Conversation tcp = bench.Connect();
        FlowKey reverse = tcp.Reverse;
        bench.Pass(3);
        tcp.FromClient(Ack, 100);
        tcp.FromTarget(Ack, 1_000);
        tcp.FromTarget(Ack, 1_000);
        tcp.FromClient(FinAck);
        tcp.FromTarget(FinAck);
        tcp.FromClient(Ack);
        long lastNs = bench.NowNs;
        bench.Pass(1);

        FlowLogRecord record = Only();
        Assert.Equal(
            (tcp.Forward, reverse, Bench.TcpListener), (record.Forward, record.Translation, record.ListenerId));
        Assert.InRange(record.TargetId, 1u, 3u);
        Assert.Equal((FlowEnd.Fin, FlowLogMarks.None), (record.End, record.Marks));
        Assert.Equal(startNs, record.StartNs);
        Assert.InRange(record.LastSeenNs, lastNs - 2_000_000, lastNs);
        // SYN, ACK, data, FIN, ACK; SYN-ACK, data twice, FIN.
        Assert.Equal(
            new FlowCounts(5, (5 * HeadersBytes) + 100, 4, (4 * HeadersBytes) + 2_000), record.Counts);
        Assert.Equal(0, bench.Cache.CountedFlows);
        bench.Pass(80);
        Assert.False(_queue.TryRead(out _));
    }

    [Theory]
    [InlineData(true, FlowEnd.ResetByClient)]
    [InlineData(false, FlowEnd.ResetByTarget)]
    public void A_reset_is_told_by_who_sent_it_and_is_counted(bool isClient, FlowEnd expected)
    {
        Bench bench = Start(isCached: true);
        Conversation tcp = bench.Connect();
        tcp.FromClient(Ack, 10);
        tcp.FromTarget(Ack, 20);
        tcp.FromClient(Ack);
        if (isClient)
            tcp.FromClient(TcpFlags.Rst);
        else
            tcp.FromTarget(TcpFlags.Rst);
        FlowLogRecord record = Only();
        Assert.Equal(expected, record.End);
        (ulong fromClient, ulong fromTarget) = isClient ? (5ul, 2ul) : (4ul, 3ul);
        Assert.Equal((fromClient, fromTarget), (record.Counts.PacketsIn, record.Counts.PacketsOut));
    }

    [Fact]
    public void A_target_that_refuses_is_told_and_so_is_one_that_does_not_answer()
    {
        Bench bench = Start(isCached: false);
        var refused = new Conversation(bench, 40_001);
        refused.FromClient(TcpFlags.Syn);
        refused.FromTarget(TcpFlags.Rst | Ack);
        FlowLogRecord refusal = Only();
        Assert.Equal((FlowEnd.ResetByTarget, 1ul, 1ul),
            (refusal.End, refusal.Counts.PacketsIn, refusal.Counts.PacketsOut));

        bench.Send(Bench.Syn(40_002));
        bench.Pass(120);
        FlowLogRecord unanswered = Only();
        Assert.Equal((FlowEnd.Unanswered, 0ul), (unanswered.End, unanswered.Counts.PacketsOut));
    }

    [Fact]
    public void Idle_datagrams_are_told_when_their_time_is_over()
    {
        Bench bench = Start(isCached: true);
        for (int i = 0; i < 5; i++)
            bench.Send(Bench.Datagram(5_000, 1, 2, 3));
        long lastNs = bench.NowNs;
        bench.Pass(130);
        FlowLogRecord record = Only();
        Assert.Equal((FlowEnd.Idle, 5ul, 0ul), (record.End, record.Counts.PacketsIn, record.Counts.PacketsOut));
        Assert.InRange(record.LastSeenNs, lastNs - 2_000_000, lastNs);
        Assert.Equal(0, bench.Cache.CountedFlows);
    }

    [Fact]
    public void Flows_of_a_target_that_ends_and_of_a_listener_that_goes_are_told()
    {
        Bench bench = Start(isCached: true);
        bench.Connect(40_001);
        DataplaneModel model = Logging(Bench.Model());
        TargetGroupModel group = model.TargetGroups[0];
        bench.Use(model with
        {
            TargetGroups = [group with { Targets = [.. group.Targets.Select(one => one with { Ends = true })] }],
        });
        bench.Pass(0.2);
        Assert.Equal(FlowEnd.Ended, Only().End);

        bench.Use(model);
        bench.Connect(40_002);
        bench.Use(model with { Vips = [model.Vips[0] with { Listeners = [model.Vips[0].Listeners[1]] }] });
        bench.Pass(0.2);
        Assert.Equal(FlowEnd.ListenerRemoved, Only().End);
        Assert.Equal(0, bench.Cache.CountedFlows);
    }

    [Fact]
    public void A_client_that_connects_again_from_a_port_that_closes_replaces_its_flow()
    {
        Bench bench = Start(isCached: false);
        Conversation tcp = bench.Connect(40_001);
        tcp.FromClient(FinAck);
        bench.Send(Bench.Syn(40_001));
        Assert.Equal(FlowEnd.Replaced, Only().End);
    }

    [Fact]
    public void What_a_pipeline_has_at_its_end_is_told_as_moved_with_all_its_frames()
    {
        Bench bench = Start(isCached: true);
        Conversation tcp = bench.Connect();
        tcp.FromClient(Ack, 10);
        bench.Connect(40_001).FromTarget(TcpFlags.Rst);
        Only();
        bench.Pipeline.Leave(bench.NowNs);
        FlowLogRecord record = Only();
        Assert.Equal((tcp.Forward, FlowEnd.Moved, 3ul), (record.Forward, record.End, record.Counts.PacketsIn));
        Assert.Equal((0, 0), (bench.Cache.Count, bench.Cache.CountedFlows));
    }

    [Fact]
    public void Other_listeners_flows_are_not_told_nor_those_that_began_before_the_log()
    {
        Bench bench = Start(isCached: true, logs: false);
        Conversation tcp = bench.Connect();
        Assert.Equal(0, bench.Cache.CountedFlows);
        bench.Use(Logging(Bench.Model()));
        tcp.FromTarget(TcpFlags.Rst);
        Assert.False(_queue.TryRead(out _));
        bench.Connect(40_001).FromTarget(TcpFlags.Rst);
        Only();
    }

    [Fact]
    public void Without_room_to_count_cached_frames_a_flow_is_cached_and_says_that_numbers_are_higher()
    {
        Bench bench = Start(isCached: true, counts: 1);
        Conversation tcp = bench.Connect();
        Assert.Equal((2, 1), (bench.Cache.Count, bench.Cache.CountedFlows));
        tcp.FromClient(Ack, 10);
        tcp.FromTarget(TcpFlags.Rst);
        FlowLogRecord record = Only();
        Assert.Equal((FlowEnd.ResetByTarget, FlowLogMarks.Partial), (record.End, record.Marks));
        Assert.Equal(0, bench.Cache.CountedFlows);
    }

    [Fact]
    public void A_flow_that_the_cache_refuses_leaves_no_counts_behind()
    {
        Bench bench = Start(isCached: true, cacheEntries: 3);
        bench.Connect(40_001);
        Conversation second = bench.Connect(40_002);
        Assert.Equal((2, 2), (bench.Cache.Count, bench.Cache.CountedFlows));
        second.FromTarget(TcpFlags.Rst);
        Assert.Equal(2ul, Only().Counts.PacketsIn);
    }

    [Fact]
    public void Without_room_ends_are_dropped_and_counted_first_those_of_connections_that_never_were()
    {
        var queue = new FlowLogQueue(capacity: 8);
        Bench bench = Start(isCached: true, queue: queue);
        for (ushort port = 1; port <= 10; port++)
        {
            var refused = new Conversation(bench, (ushort)(41_000 + port));
            refused.FromClient(TcpFlags.Syn);
            refused.FromTarget(TcpFlags.Rst | Ack);
        }
        Assert.Equal(6ul, queue.Dropped);
        for (ushort port = 1; port <= 6; port++)
            bench.Connect((ushort)(42_000 + port)).FromTarget(TcpFlags.Rst);
        Assert.Equal(8ul, queue.Dropped);
        int told = 0;
        while (queue.TryRead(out FlowLogRecord record))
            Assert.Equal(told++ < 4 ? 0ul : 1ul, record.Counts.PacketsOut - 1);
        Assert.Equal(8, told);
        bench.Connect(43_000).FromTarget(TcpFlags.Rst);
        Assert.True(queue.TryRead(out _));
    }

    [Fact]
    public void Nothing_allocates()
    {
        Bench bench = Start(isCached: false);
        byte[][] frames = [.. Enumerable.Range(0, 300).Select(port => Bench.Syn((ushort)(20_000 + port)).Bytes())];
        bench.Send(frames[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 200; i++)
            bench.Pipeline.Process(frames[i], bench.NowNs, out _);
        for (int i = 0; i < 2_000; i++)
            bench.Pipeline.EndBatch(bench.NowNs += Bench.Second / 10);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(_queue.TryRead(out _));
    }

    /// <summary>Of all listeners the ends of flows are told.</summary>
    internal static DataplaneModel Logging(DataplaneModel model) => model with
    {
        Vips =
        [
            .. model.Vips.Select(vip => vip with
            {
                Listeners = [.. vip.Listeners.Select(listener => listener with { Logs = true })],
            }),
        ],
    };

    private Bench Start(
        bool isCached, bool logs = true, int counts = int.MaxValue, int cacheEntries = 4_096,
        FlowLogQueue? queue = null)
    {
        DataplaneModel model = Bench.Model();
        var bench = new Bench(
            cacheEntries: cacheEntries, model: logs ? Logging(model) : model, flowLog: queue ?? _queue, counts: counts);
        if (isCached)
            bench.Cached = new CachedPath(bench.Cache, bench.Hops, bench.Tables.OwnPrefixes);
        return bench;
    }

    private FlowLogRecord Only()
    {
        Assert.True(_queue.TryRead(out FlowLogRecord record), "nothing was told");
        Assert.False(_queue.TryRead(out _), "more than one end was told");
        return record;
    }
}
