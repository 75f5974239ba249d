using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;
using static Hyperplane.Dataplane.Tests.Pipeline.DirectBench;

namespace Hyperplane.Dataplane.Tests.FlowLogs;

/// <summary>Flows in mode dsr: the client's half is all that is seen.</summary>
public sealed class DirectFlowLogTests : IDisposable
{
    private readonly FlowLogQueue _queue = new();
    private readonly DirectBench _bench;

    public DirectFlowLogTests()
    {
        _bench = new DirectBench(_queue);
        _bench.Use(FlowLogTests.Logging(DirectBench.Model(new TunnelModel(TunnelKind.Ipip), Target4, [])));
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(Fin | Ack, FlowEnd.Fin)]
    [InlineData(Rst | Ack, FlowEnd.ResetByClient)]
    [InlineData(Ack, FlowEnd.Idle)]
    public void What_the_client_said_last_tells_how_it_ended(TcpFlags last, FlowEnd expected)
    {
        foreach (string client in (string[])[Bench.Client, Bench.Client6])
        {
            foreach (TcpFlags flags in (TcpFlags[])[Syn, Ack, Ack, last])
                _bench.Give(FromClient(client, flags).Bytes());
            _bench.Pass(400);
            Assert.True(_queue.TryRead(out FlowLogRecord record));
            Assert.Equal((expected, FlowLogMarks.Direct), (record.End, record.Marks));
            Assert.Equal(
                (Frame.Address(client), Frame.Address(Target4)), (record.Forward.Source, record.Translation.Source));
            Assert.Equal((4ul, 0ul), (record.Counts.PacketsIn, record.Counts.PacketsOut));
            Assert.False(_queue.TryRead(out _));
        }
        Assert.Equal(0, _bench.Cache.CountedFlows);
    }
}
