using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>What a node does at most so often, however many pipelines it has.</summary>
public sealed class NodeLimitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Resets_are_limited_by_node(int pipelines)
    {
        using var node = new QueuedNode(pipelines, Bench.DualModel());
        for (int i = 0; i < 3_000; i++)
        {
            byte[] stray = (Bench.Syn((ushort)(1_000 + i)) with { Flags = TcpFlags.Ack }).Bytes();
            Assert.True(node.TryInject(stray, i % pipelines));
            if (i % 50 == 49)
                AnswerAll(node);
        }
        Assert.Equal(1_000UL, node.Count(PacketCounter.ResetSent));
        Assert.Equal(3_000UL, node.Count(PacketCounter.DropNoFlow));
    }

    private static void AnswerAll(QueuedNode node)
    {
        node.Settle();
        foreach (FlowRequest request in node.Requests())
            node.Answer(new FlowAnswer { Kind = FlowAnswerKind.Absent, Key = request.Key });
        node.Settle();
        node.Sent();
    }
}
