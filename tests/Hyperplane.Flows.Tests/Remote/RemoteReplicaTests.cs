using System.Runtime.InteropServices;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Remote;

public sealed class RemoteReplicaTests
{
    [Fact]
    public void The_headers_have_their_sizes_and_layouts()
    {
        Assert.Equal(
            (RequestHeader.Bytes, AnswerHeader.Bytes, PageHeader.Bytes),
            (Marshal.SizeOf<RequestHeader>(), Marshal.SizeOf<AnswerHeader>(), Marshal.SizeOf<PageHeader>()));
        Assert.Equal(
            "0900000000000000" + "0700000000000000" + "0300000000000000" + "0100000000000000",
            Convert.ToHexStringLower(Calls.Request(sequence: 3, replicaStart: 9)));
        Assert.Equal(
            "0900000000000000" + "0003000000000000",
            Convert.ToHexStringLower(new RemoteReplica(9, 16).Handle([], 1)));
    }

    [Fact]
    public void Any_bytes_end_in_a_verdict()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<byte[], bool>((bytes, hasHeader) =>
        {
            var replica = new RemoteReplica(9, 64);
            byte[] request = hasHeader ? [.. Calls.Request(1), .. bytes] : bytes;
            byte[] answer = replica.Handle(request, 1);
            Calls.Ops(answer);
            replica.TakePage(bytes, 1);
            replica.Page(bytes.Length == 0 ? int.MinValue : (bytes[0] << 24));
            return Calls.Header(answer).ReplicaStart == 9;
        }));
    }

    [Fact]
    public void A_batch_for_an_earlier_incarnation_and_one_that_comes_late_do_nothing()
    {
        var replica = new RemoteReplica(9, 64);
        BatchWriter put = Calls.Put(Sample.Record(1, 1, 7));

        Assert.Equal(BatchVerdict.OtherStart, Verdict(replica, Calls.Request(5, put, replicaStart: 8)));
        Assert.Equal(BatchVerdict.Done, Verdict(replica, Calls.Request(5, replicaStart: 9)));
        Assert.Equal(BatchVerdict.TooLate, Verdict(replica, Calls.Request(5, put)));
        Assert.Equal(BatchVerdict.TooLate, Verdict(replica, Calls.Request(4, put)));
        Assert.Equal(0, replica.Count);
        Assert.Equal(BatchVerdict.Done, Verdict(replica, Calls.Request(1, put, start: 8)));
        Assert.Equal(1, replica.Count);
    }

    [Fact]
    public void What_only_a_node_does_is_refused()
    {
        var replica = new RemoteReplica(9, 64);
        var batch = new BatchWriter();
        batch.Add(FlowOpKind.Won, 1, Sample.Record(1, 1, 7));
        Assert.Equal(BatchVerdict.Bad, Verdict(replica, Calls.Request(1, batch)));
        Assert.Equal(1, replica.Counters[FlowDirectoryCounter.BadBatches]);
    }

    [Fact]
    public void It_holds_and_confirms_only_after_its_twin_was_read_whole()
    {
        var replica = new RemoteReplica(9, 64);
        var synchronised = new BatchWriter();
        synchronised.Add(FlowOpKind.Synchronised, NodeFlags.None, 77);

        byte[] early = replica.Handle(Calls.Request(1, synchronised), 1);
        Assert.Equal(NodeFlags.None, Calls.Header(early).Flags);
        Assert.Empty(Calls.Ops(early));

        Calls.Fill(replica, new RemoteReplica(8, 64));
        byte[] filled = replica.Handle(Calls.Request(2), 1);
        Assert.Equal(NodeFlags.Holds, Calls.Header(filled).Flags);
        FlowOp confirmed = Assert.Single(Calls.Ops(filled));
        Assert.Equal((FlowOpKind.Synchronised, 77UL), (confirmed.Kind, confirmed.View));
        Assert.Empty(Calls.Ops(replica.Handle(Calls.Request(3), 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(5_000)]
    public void Its_twin_gets_every_record_page_by_page_and_what_is_newer_there_stays(int records)
    {
        var full = new RemoteReplica(9, 10_000);
        for (int flow = 0; flow < records; flow++)
            full.Handle(Calls.Request((ulong)flow + 1, Calls.Put(Sample.Record(flow, 1, 7))), 1);
        var twin = new RemoteReplica(8, 10_000);
        FlowRecord newer = Sample.Record(0, 2, 7) with { Epoch = 5 };
        twin.Handle(Calls.Request(1, Calls.Put(newer)), 1);

        int pages = Calls.Fill(twin, full);

        Assert.Equal(Math.Max(records, 1), twin.Count);
        Assert.Equal((records / 512) + 1, pages, tolerance: 1);
        FlowOp found = Calls.Ops(twin.Handle(Calls.Request(2, Calls.LookUp(newer)), 1))[0];
        Assert.Equal((FlowOpKind.Found, 5u), (found.Kind, found.Record.Epoch));
    }

    [Fact]
    public void Two_that_began_at_once_fill_each_other_only_after_a_while()
    {
        var first = new RemoteReplica(8, 64);
        var second = new RemoteReplica(9, 64);
        for (uint now = 10; now < 10 + RemoteReplica.FreshTwinSeconds; now++)
        {
            first.TakePage(second.Page(0), now);
            second.TakePage(first.Page(0), now);
            Assert.False(first.IsFilled || second.IsFilled);
        }
        first.TakePage(second.Page(0), 10 + RemoteReplica.FreshTwinSeconds);
        Assert.True(first.IsFilled);
        second.TakePage(first.Page(0), 10 + RemoteReplica.FreshTwinSeconds);
        Assert.True(second.IsFilled);
    }

    [Fact]
    public void A_twin_that_began_anew_while_it_was_read_is_read_from_the_start()
    {
        var twin = new RemoteReplica(9, 100_000);
        Calls.GiveUpTwin(twin);
        for (int flow = 0; flow < 2_000; flow++)
            twin.Handle(Calls.Request((ulong)flow + 1, Calls.Put(Sample.Record(flow, 1, 7))), 1);
        var replica = new RemoteReplica(8, 100_000);
        int next = replica.TakePage(twin.Page(0), 1);
        Assert.NotEqual(0, next);

        var anew = new RemoteReplica(10, 64);
        Calls.GiveUpTwin(anew);
        Assert.Equal(0, replica.TakePage(anew.Page(next), 1));
        Assert.False(replica.IsFilled);
        replica.TakePage(anew.Page(0), 1);
        Assert.True(replica.IsFilled);
    }

    [Fact]
    public void What_is_no_page_fills_nobody()
    {
        var replica = new RemoteReplica(9, 64);
        Assert.Equal(0, replica.TakePage(new byte[PageHeader.Bytes - 1], 1));
        Assert.False(replica.IsFilled);
        Assert.Equal(1, replica.Counters[FlowDirectoryCounter.BadBatches]);
    }

    [Fact]
    public void A_caller_that_is_no_node_is_refused()
    {
        var replica = new RemoteReplica(9, 64);
        Assert.Equal(BatchVerdict.Bad, Verdict(replica, Calls.Request(1, node: 0)));
        Assert.Equal(BatchVerdict.Bad, Verdict(replica, Calls.Request(1, node: ReplicaAddress.First)));
        Assert.Equal(BatchVerdict.Done, Verdict(replica, Calls.Request(1, node: ReplicaAddress.First - 1)));
    }

    [Fact]
    public void Records_without_news_are_forgotten()
    {
        var replica = new RemoteReplica(9, 64);
        FlowRecord record = Sample.Record(1, 1, 7) with { IdleTimeoutSeconds = 10 };
        replica.Handle(Calls.Request(1, Calls.Put(record)), 100);
        replica.Sweep(230);
        Assert.Equal(1, replica.Count);
        replica.Sweep(231);
        Assert.Equal((0, 1), (replica.Count, replica.Counters[FlowDirectoryCounter.Expired]));
    }

    [Fact]
    public void The_longest_request_is_answered_whole()
    {
        var batch = new BatchWriter();
        while (!batch.IsFull)
            batch.Add(FlowOpKind.LookUp, 1, Sample.Record(1, 1, 7).Forward);
        var replica = new RemoteReplica(9, 64);
        replica.Handle(Calls.Request(1, Calls.Put(Sample.ToIpv6Target(Sample.Record(1, 1, 7)))), 1);
        byte[] answer = replica.Handle(Calls.Request(2, batch), 1);
        Assert.Equal(BatchVerdict.Done, Calls.Header(answer).Verdict);
        Assert.InRange(answer.Length, batch.Written.Length * 5, RemoteReplica.LongestAnswerBytes);
        Assert.Equal(batch.Written.Length / 24, Calls.Ops(answer).Count(op => op.Kind == FlowOpKind.Found));
    }

    private static BatchVerdict Verdict(RemoteReplica replica, byte[] request) =>
        Calls.Header(replica.Handle(request, 1)).Verdict;
}
