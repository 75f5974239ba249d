using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Directory;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Directory;

/// <summary>What waits, and for what.</summary>
public sealed class OutboxTests : IFlowTransport
{
    private readonly List<(ushort Node, FlowOpKind[] Kinds)> _sent = [];
    private readonly Outbox _outbox;
    private readonly FlowRecord _record = Sample.Record(1, node: 1, start: 1);

    public OutboxTests() => _outbox = new Outbox(this, new FlowDirectoryCounters());

    public bool TrySend(ushort node, ReadOnlySpan<byte> batch)
    {
        var kinds = new List<FlowOpKind>();
        var reader = new BatchReader(batch);
        while (reader.TryRead(out FlowOp op))
            kinds.Add(op.Kind);
        _sent.Add((node, [.. kinds]));
        return true;
    }

    public int QueuedBytes(ushort node) => 0;

    [Fact]
    public void What_somebody_waits_for_leaves_at_once()
    {
        _outbox.Send(2, FlowOpKind.Decide, 1, _record);
        _outbox.Send(3, FlowOpKind.Put, 7, _record);
        _outbox.Send(4, FlowOpKind.Ack, 7);
        _outbox.Send(5, FlowOpKind.LookUp, 1, _record.Forward);
        Assert.Equal(long.MaxValue, _outbox.Flush(0));
        Assert.Equal([2, 3, 4, 5], _sent.Select(batch => (int)batch.Node).Order());
    }

    [Fact]
    public void What_nobody_waits_for_leaves_when_its_patience_ends()
    {
        _outbox.Send(2, FlowOpKind.Put, 0, _record);
        Assert.Equal(Outbox.PatienceNs + 5, _outbox.Flush(5));
        _outbox.Send(2, FlowOpKind.PortFreed, 0, _record);
        Assert.Equal(Outbox.PatienceNs + 5, _outbox.Flush(1_000_000));
        Assert.Empty(_sent);
        Assert.Equal(long.MaxValue, _outbox.Flush(Outbox.PatienceNs + 5));
        Assert.Equal([FlowOpKind.Put, FlowOpKind.PortFreed], Assert.Single(_sent).Kinds);
    }

    [Fact]
    public void It_leaves_earlier_with_what_cannot_wait_and_in_order()
    {
        _outbox.Send(2, FlowOpKind.Put, 0, _record);
        _outbox.Send(3, FlowOpKind.Put, 0, _record);
        _outbox.Flush(0);
        _outbox.Send(2, FlowOpKind.Decide, 1, _record);
        Assert.Equal(Outbox.PatienceNs, _outbox.Flush(1));
        (ushort node, FlowOpKind[] kinds) = Assert.Single(_sent);
        Assert.Equal(2, node);
        Assert.Equal([FlowOpKind.Put, FlowOpKind.Decide], kinds);
    }

    [Fact]
    public void A_full_batch_waits_for_nothing()
    {
        for (int i = 0; i < 1_000; i++)
            _outbox.Send(2, FlowOpKind.Put, 0, _record);
        Assert.NotEmpty(_sent);
        _outbox.Flush(Outbox.PatienceNs);
        _outbox.Flush(2 * Outbox.PatienceNs);
        Assert.Equal(1_000, _sent.Sum(batch => batch.Kinds.Length));
    }
}
