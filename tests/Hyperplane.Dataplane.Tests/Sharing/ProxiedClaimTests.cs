using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;
using Sent = Hyperplane.Dataplane.Tests.Sharing.ProxiedBench.Sent;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A node dies; another one carries its connections with headers on by the record alone.</summary>
public sealed class ProxiedClaimTests : IDisposable
{
    private readonly ProxiedBench _dead = new(sequence: 10);
    private readonly SharedBench _heir = new();

    public ProxiedClaimTests() => _heir.Use(ProxiedBench.Model());

    public void Dispose()
    {
        _heir.ExpectTrueCounts();
        _heir.Dispose();
        _dead.Dispose();
    }

    private FlowState? State => _heir.State(_dead.Forward);

    /// <summary>A frame of the flow reaches the heir, which claims it with what the dead node told last.</summary>
    private List<Sent> Claim(Frame frame, FlowRecord? told = null)
    {
        Assert.Empty(_heir.Give(frame));
        FlowRequest request = _heir.Request(FlowRequestKind.LookUp);
        FlowRecord record = (told ?? _dead.Record) with
        {
            OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start,
        };
        return [.. _heir.Answer(FlowAnswerKind.Own, request.Key, record).Select(Sent.Of)];
    }

    private List<Sent> Give(Frame frame) => [.. _heir.Give(frame).Select(Sent.Of)];

    private FlowRecord Told() => _dead.Node.Requests().Last(r => r.Kind == FlowRequestKind.Update).Record;

    [Fact]
    public void The_directory_knows_of_the_header_until_the_target_has_it()
    {
        _dead.Open();
        Assert.Equal((_dead.HeaderFirst, FlowRecordState.Opening), (_dead.Record.HeaderSequence, _dead.Record.State));
        _dead.Accept();
        _dead.Give(_dead.Client(Ack, _dead.First));
        Assert.Empty(_dead.Node.Requests());
        _dead.Give(_dead.Target(Ack, _dead.First));
        FlowRecord told = Told();
        Assert.Equal((0u, FlowRecordState.Established), (told.HeaderSequence, told.State));
    }

    [Fact]
    public void In_the_middle_of_a_connection_nothing_is_left_to_translate_but_addresses()
    {
        _dead.Establish();
        Frame data = _dead.Client(Ack | Psh, _dead.First) with { Payload = [1, 2] };
        Sent sent = Assert.Single(Claim(data, Told()));
        Assert.Equal((_dead.First, "0102"), (sent.Sequence, sent.Payload));
        byte[] sack = [1, 1, 5, 10, 0, 0, 0, 90, 0, 0, 0, 99];
        Sent answer = Assert.Single(Give(_dead.Target(Ack, _dead.First + 2) with { TcpOptions = sack }));
        Assert.Equal((_dead.First + 2, Convert.ToHexString(sack)), (answer.Acknowledgement, answer.Options));
        Assert.Equal(FlowState.Established, State);
        Assert.Equal(0ul, _heir.Count(PacketCounter.HeaderSent));
    }

    [Fact]
    public void A_client_that_speaks_while_the_header_is_lost_brings_it()
    {
        _dead.Begin();
        List<Sent> sent = Claim(_dead.Client(Ack | Psh, _dead.First, ProxiedBench.TargetFirst) with { Payload = [5] });
        Assert.Equal([_dead.HeaderFirst, _dead.First], sent.Select(segment => segment.Sequence));
        Assert.Equal(28 * 2, sent[0].Payload.Length);
        Assert.Equal(FlowState.HeaderSent, State);
        Assert.Equal(_dead.HeaderFirst, Sent.Of(Assert.Single(_heir.Pass(0.2))).Sequence);
        Assert.Equal(_dead.First + 1, Assert.Single(Give(_dead.Target(Ack, _dead.First + 1))).Acknowledgement);
        Assert.Equal(FlowState.Established, State);
        Assert.Equal(2, _heir.Cache.Count);
    }

    [Fact]
    public void A_target_that_never_got_the_header_asks_for_it_by_its_syn_ack()
    {
        _dead.Begin();
        Sent synAck = Assert.Single(Claim(_dead.Target(Syn | Ack, _dead.HeaderFirst, ProxiedBench.TargetFirst - 1)));
        Assert.Equal((_dead.First, Syn | Ack), (synAck.Acknowledgement, synAck.Flags));
        Sent header = Assert.Single(Give(_dead.Client(Ack, _dead.First)));
        Assert.Equal((_dead.HeaderFirst, ProxiedBench.TargetFirst), (header.Sequence, header.Acknowledgement));
        Give(_dead.Target(Ack, _dead.First));
        Assert.Equal(FlowState.Established, State);
    }

    [Fact]
    public void A_target_that_got_the_header_and_speaks_gets_it_no_more()
    {
        _dead.Begin();
        Frame greeting = _dead.Target(Ack | Psh, _dead.First) with { Payload = [1, 2, 3] };
        Assert.Equal("010203", Assert.Single(Claim(greeting)).Payload);
        Assert.Equal(FlowState.Established, State);
        Assert.Empty(_heir.Pass(20));
        Assert.Equal(0ul, _heir.Count(PacketCounter.HeaderSent));
    }

    [Fact]
    public void A_clients_acknowledgement_of_later_data_passes_beside_the_header()
    {
        _dead.Begin();
        List<Sent> sent = Claim(_dead.Client(Ack, _dead.First + 9, ProxiedBench.TargetFirst));
        Assert.Equal([_dead.HeaderFirst, _dead.First + 9], sent.Select(segment => segment.Sequence));
    }

    [Fact]
    public void A_claim_needs_room_among_the_half_open_ones()
    {
        using var small = new SharedBench(halfOpen: 1);
        small.Use(ProxiedBench.Model());
        Assert.Single(small.Give(Bench.Syn(9)));
        small.Requests();
        _dead.Begin();
        Assert.Empty(small.Give(_dead.Client(Ack, _dead.First)));
        FlowRecord record = _dead.Record with { OwnerNode = SharedBench.Self, OwnerStart = SharedBench.Start };
        Assert.Empty(small.Answer(FlowAnswerKind.Own, record.Forward, record));
        Assert.Equal(1ul, small.Count(PacketCounter.DropFlowTableFull));
    }
}
