using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>Pipelines that hand over, as threads of their own; and, on one, what they allocate.</summary>
public sealed class PipelineThreadsTests
{
    private const int Pipelines = 3;

    [Fact]
    public void Threads_that_give_each_other_frames_lose_none_and_wake_each_other()
    {
        const int Flows = 3_000;
        using var node = new QueuedNode(Pipelines, Bench.DualModel(), TimeProvider.System, line: 128);
        Thread[] threads = [.. node.Loops.Select(loop => new Thread(loop.Run) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        var random = new Random(1);
        byte[] buffer = new byte[2_048];
        int left = 0;
        for (int flow = 0; flow < Flows; flow++)
        {
            byte[] datagram = Bench.Datagram((ushort)(1_000 + flow), 1, 2, 3).Bytes();
            Inject(node, datagram, random.Next(Pipelines));
            if (flow % 50 == 49)
                Eventually.Holds(() => Absorb(node, buffer, ref left) == flow + 1);
        }
        Array.ForEach(node.Loops, loop => loop.Stop());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal((ulong)Flows, node.Count(PacketCounter.Forwarded));
        Assert.Equal(0UL, node.Count(PacketCounter.DropHandOverFull));
        Assert.InRange(node.Count(PacketCounter.HandedOver), (ulong)Flows / 2, (ulong)Flows);
        Assert.Equal((ulong)Flows, node.Counters.Listeners[Bench.UdpListener].NewFlows);
        for (int pipeline = 0; pipeline < Pipelines; pipeline++)
            Assert.InRange(node.Count(PacketCounter.Forwarded, pipeline), (ulong)Flows / 6, (ulong)Flows / 2);
    }

    [Fact]
    public void Handing_over_allocates_nothing()
    {
        using var node = new QueuedNode(Pipelines, Bench.DualModel());
        byte[][] datagrams = [.. Enumerable.Range(1, 300).Select(port => Bench.Datagram((ushort)port, 1).Bytes())];
        byte[][] segments =
        [
            .. Enumerable.Range(1, 300).Select(port => Bench.Syn((ushort)port).Bytes()),
            .. Enumerable.Range(1, 300).Select(port =>
                (Bench.Syn((ushort)port) with { Flags = TcpFlags.Rst, Sequence = 1_001 }).Bytes()),
        ];
        byte[][][] pieces = [.. Enumerable.Range(1, 100).Select(seed => new Chatter(new Random(seed)).Pieces())];
        byte[] buffer = new byte[2_048];
        void Round(int round)
        {
            int queue = round;
            foreach (byte[][] group in pieces)
            {
                foreach (byte[] piece in group)
                    Give(node, piece, queue++ % Pipelines, buffer);
            }
            for (int i = 0; i < datagrams.Length; i++)
            {
                Give(node, datagrams[i], queue++ % Pipelines, buffer);
                Give(node, segments[i], queue++ % Pipelines, buffer);
                Give(node, segments[300 + i], queue++ % Pipelines, buffer);
            }
        }
        Round(0);
        Round(1);
        Assert.Equal(0, Allocations.In(12, Round));
        Assert.True(node.Count(PacketCounter.HandedOver) > 10_000);
        Assert.True(node.Count(PacketCounter.Parked) > 100);
    }

    private static void Give(QueuedNode node, byte[] frame, int queue, byte[] buffer)
    {
        node.Pass(1_000_000);
        node.TryInject(frame, queue);
        node.Settle();
        while (node.Exchange.TryReadRequest(out FlowRequest request))
        {
            if (request.Kind is FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly)
                node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Absent, Key = request.Key });
            else if (request.Kind == FlowRequestKind.Insert)
                node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Won, Key = request.Key, Record = request.Record });
        }
        node.Settle();
        while (node.TakeSent(buffer) > 0)
        {
            // Frames leave.
        }
    }

    /// <summary>Waits for room: the threads work meanwhile.</summary>
    private static void Inject(QueuedNode node, byte[] frame, int queue) =>
        Eventually.Holds(() => node.TryInject(frame, queue));

    private static int Absorb(QueuedNode node, byte[] buffer, ref int left)
    {
        while (node.Exchange.TryReadRequest(out FlowRequest request))
        {
            if (request.Kind is not (FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly))
                continue;
            node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Absent, Key = request.Key });
            node.Exchange.Lines[node.Exchange.LineOf(request.Key)].AnswersWaiting();
        }
        while (node.TakeSent(buffer) > 0)
            left++;
        return left;
    }
}
