using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A reset ends a flow when it ends the connection, and only then.</summary>
public class ResetTests : IDisposable
{
    private readonly Wiretap _wire = new();
    private readonly bool _targetsWantHeaders;

    public ResetTests()
        : this(Pipeline.Bench.Model())
    {
    }

    private protected ResetTests(DataplaneModel model)
    {
        _wire.Bench.Use(model);
        _targetsWantHeaders = model.TargetGroups[0].ProxyProtocol;
        _wire.Connect(5_000);
    }

    public void Dispose()
    {
        _wire.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Forge(Segment segment) => _wire.Send(FlowSide.Client, segment);

    private void Speak(FlowSide from, int bytes = 100) =>
        _wire.Send(from, (from == FlowSide.Client ? _wire.Client : _wire.Target).Data(bytes));

    private void Abort(FlowSide from) =>
        _wire.Send(from, (from == FlowSide.Client ? _wire.Client : _wire.Target).Abort());

    private void ExpectAlive()
    {
        Assert.True(_wire.Client.IsOpen && _wire.Target.IsOpen);
        Assert.Equal(FlowState.Established, _wire.State);
        Assert.Equal(0, _wire.Closes);
    }

    [Fact]
    public void Flows_of_a_target_that_shall_keep_none_end_for_both_sides_with_exact_resets()
    {
        Speak(FlowSide.Client);
        Speak(FlowSide.Target, 70);
        _wire.Bench.Use(Pipeline.Bench.Model(
        [
            .. Enumerable.Range(1, 3).Select(i => Pipeline.Bench.Target((uint)i, $"10.0.0.{i}") with { Ends = true }),
        ]));
        _wire.Pass(1);
        Assert.False(_wire.Client.IsOpen || _wire.Target.IsOpen);
        Assert.Equal((1, 2ul), (_wire.Closes, _wire.Bench.Count(PacketCounter.ResetSent)));
        Assert.Equal(0, _wire.Bench.Cache.Count);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(5_000u)]
    [InlineData(unchecked(5_001u - (1u << 20)))]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void A_forged_reset_neither_ends_an_idle_flow_nor_shortens_its_life(uint sequence)
    {
        Forge(new Segment(Rst, sequence));
        Assert.Equal(2, _wire.Bench.Cache.Count);
        _wire.Pass(340);
        ExpectAlive();
        Speak(FlowSide.Target);
        Assert.Equal(_wire.Target.Next, _wire.Client.Expects);
    }

    [Theory]
    [InlineData(5_002u)]
    [InlineData(5_001u + 40_000)]
    public void A_forged_reset_inside_the_window_is_answered_by_the_target_and_changes_nothing(uint sequence)
    {
        Forge(new Segment(Rst, sequence));
        Assert.Equal(2, _wire.Bench.Cache.Count);
        _wire.Pass(340);
        ExpectAlive();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_that_prepare_a_forged_reset_do_not_help_it(bool withSyn)
    {
        foreach (uint sequence in new uint[] { 77, 9_000_000, 0xc000_0000 })
        {
            Forge(withSyn ? new Segment(Syn, sequence - 1) : new Segment(Ack, sequence, sequence, 20));
            Forge(new Segment(Rst | Ack, sequence, sequence));
            Forge(new Segment(Rst | Ack, sequence + 20, sequence));
        }
        _wire.Pass(340);
        ExpectAlive();
    }

    [Theory]
    [InlineData(FlowSide.Client)]
    [InlineData(FlowSide.Target)]
    public void A_real_reset_ends_the_flow_at_once_also_when_only_the_cache_saw_its_data(FlowSide from)
    {
        for (int i = 0; i < 5; i++)
        {
            Speak(FlowSide.Client);
            Speak(FlowSide.Target, 3_000);
        }
        Abort(from);
        Assert.False(_wire.Client.IsOpen || _wire.Target.IsOpen);
        Assert.Equal(FlowState.Closed, _wire.State);
        Assert.Equal(0, _wire.Bench.Cache.Count);
        Assert.Equal(1, _wire.Closes);
        _wire.Pass(1.1);
        Assert.Null(_wire.State);
        Assert.Null(_wire.StateOfPort);
    }

    [Theory]
    [InlineData(FlowSide.Client)]
    [InlineData(FlowSide.Target)]
    public void A_real_reset_behind_unacknowledged_data_ends_the_flow_once_the_ends_were_asked(FlowSide from)
    {
        _wire.Client.IsPrompt = _wire.Target.IsPrompt = false;
        Speak(from);
        Abort(from);
        Assert.False(_wire.Client.IsOpen || _wire.Target.IsOpen);
        Assert.Equal(FlowState.Established, _wire.State);
        Assert.Equal(0, _wire.Bench.Cache.Count);
        _wire.Pass(0.9);
        Assert.Equal(0, _wire.Closes);
        _wire.Pass(0.2);
        Assert.Equal(2ul, _wire.Bench.Count(PacketCounter.ProbeSent));
        Assert.Equal(1, _wire.Closes);
        _wire.Pass(1.1);
        Assert.Null(_wire.StateOfPort);
    }

    [Fact]
    public void Ends_that_say_nothing_twice_are_gone()
    {
        _wire.Bench.Give(SharedBench.FromClient(Wiretap.Port, Rst, _wire.Client.Next + 9));
        _wire.Bench.Pass(2.9);
        Assert.Equal(FlowState.Established, _wire.State);
        _wire.Bench.Pass(0.2);
        Assert.Equal(FlowState.Closed, _wire.State);
        Assert.Equal(4ul, _wire.Bench.Count(PacketCounter.ProbeSent));
    }

    [Fact]
    public void A_forged_reset_ahead_of_the_targets_window_is_not_answered_but_a_question_is()
    {
        Forge(new Segment(Rst, _wire.Client.Next + 70_000));
        Assert.Equal(0, _wire.Bench.Cache.Count);
        _wire.Pass(340);
        ExpectAlive();
        Assert.Equal(2, _wire.Bench.Cache.Count);
        Assert.Equal(2ul, _wire.Bench.Count(PacketCounter.ProbeSent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_real_reset_the_client_connects_anew_from_the_same_port_at_once(bool isAcknowledged)
    {
        _wire.Client.IsPrompt = _wire.Target.IsPrompt = isAcknowledged;
        Speak(FlowSide.Client);
        Abort(FlowSide.Client);
        _wire.Client.IsPrompt = _wire.Target.IsPrompt = true;
        bool isAnotherFlow = isAcknowledged || _targetsWantHeaders;
        _wire.Connect(1_000_000, syns: isAnotherFlow && !isAcknowledged ? 2 : 1);
        Assert.Equal(FlowState.Established, _wire.State);
        Speak(FlowSide.Client);
        Speak(FlowSide.Target);
        Assert.Equal(2, _wire.Bench.Cache.Count);
        _wire.Pass(300);
        Assert.Equal(FlowState.Established, _wire.State);
        Assert.Equal(isAnotherFlow ? 1 : 0, _wire.Closes);
        Assert.Equal(isAnotherFlow ? 2 : 1, _wire.Told.Count(r => r.Kind == FlowRequestKind.Insert));
        Abort(FlowSide.Client);
        Assert.Equal(FlowState.Closed, _wire.State);
    }

    [Fact]
    public void A_syn_that_a_dead_target_never_answers_does_not_keep_the_old_flow()
    {
        _wire.Target.IsPrompt = false;
        Speak(FlowSide.Client);
        FlowKey before = Assert.Single(_wire.Told, r => r.Kind == FlowRequestKind.Insert).Record.Reverse;
        _wire.Bench.Give(SharedBench.FromClient(Wiretap.Port, Rst, _wire.Client.Next));
        foreach (double seconds in new[] { 1.0, 2, 4 })
        {
            _wire.Bench.Give(Tests.Pipeline.Bench.Syn(Wiretap.Port));
            _wire.Bench.Pass(seconds);
        }
        _wire.Bench.Give(Tests.Pipeline.Bench.Syn(Wiretap.Port));
        List<FlowRequest> requests = _wire.Bench.Requests();
        Assert.Single(requests, r => r.Kind == FlowRequestKind.Close && r.Record.Reverse == before);
        Assert.NotEqual(before, requests.Last(r => r.Kind == FlowRequestKind.Insert).Record.Reverse);
    }

    [Fact]
    public void A_forged_reset_and_a_forged_syn_do_not_replace_a_flow()
    {
        Forge(new Segment(Rst, 5_001 + 10));
        Forge(new Segment(Syn, 123_456));
        _wire.Pass(340);
        ExpectAlive();
        Speak(FlowSide.Client);
        Speak(FlowSide.Target);
        ExpectAlive();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flow_that_a_reset_had_taken_over_ends_unless_an_end_still_has_it(bool lives)
    {
        FlowRecord record = SharedBench.RecordOf(41_000, owner: SharedBench.Self, start: SharedBench.Start);
        SharedBench bench = _wire.Bench;
        Assert.Empty(bench.Give(SharedBench.FromClient(41_000, Rst, 5_001)));
        Assert.Single(bench.Answer(FlowAnswerKind.Own, record));
        Assert.Equal(FlowState.Established, bench.State(record.Forward));
        byte[][] questions = [.. bench.Pass(1.1)];
        Assert.Equal(2, questions.Length);
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(questions[0].AsSpan(34), out TcpView asked));
        Assert.NotEqual(0u, asked.Acknowledgement);
        if (lives)
            bench.Give(SharedBench.Reply(questions[0], Ack));
        else
            bench.Give(SharedBench.Reply(questions[0], Rst, asked.Acknowledgement));
        Assert.Equal(lives ? FlowState.Established : FlowState.Closed, bench.State(record.Forward));
    }

    [Fact]
    public void A_reset_on_a_flow_that_was_taken_over_is_believed_once_both_ends_spoke()
    {
        FlowRecord record = SharedBench.RecordOf(41_000, owner: SharedBench.Self, start: SharedBench.Start);
        SharedBench bench = _wire.Bench;
        bench.Answer(FlowAnswerKind.Own, record);
        bench.Give(SharedBench.FromClient(41_000, Rst, 0));
        bench.Give(SharedBench.FromClient(41_000, Rst, 5_001));
        byte[] sent = Assert.Single(bench.Give(SharedBench.FromClient(41_000, Ack)));
        Assert.Equal(FlowState.Established, bench.State(record.Forward));
        bench.Give(SharedBench.Reply(sent, Ack));
        bench.Give(SharedBench.FromClient(41_000, Rst, 5_001));
        Assert.Equal(FlowState.Closed, bench.State(record.Forward));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_mixture_of_life_and_forgery_keeps_the_flow_exactly_as_long_as_the_connection(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 3_000; i++)
        {
            switch (random.Next(8))
            {
                case 0:
                    Speak(FlowSide.Client, random.Next(1, 1_400));
                    break;
                case 1:
                    Speak(FlowSide.Target, random.Next(1, 1_400));
                    break;
                case 2:
                    _wire.Pass(random.Next(1, 200) / 10.0);
                    break;
                case 3 when random.Next(20) == 0:
                    Restart(random);
                    break;
                default:
                    Forge(Forgery(random));
                    break;
            }
            Assert.True(
                _wire.Client.IsOpen && _wire.Target.IsOpen && _wire.State == FlowState.Established,
                $"seed {seed}, step {i}: {_wire.State}, {_wire.Client.IsOpen}, {_wire.Target.IsOpen}");
        }
        Assert.True(_restarts > 10);
        Assert.Equal(_closes, _wire.Closes);
        Assert.Equal(_closes + 1, _wire.Told.Count(r => r.Kind == FlowRequestKind.Insert));
    }

    private int _restarts;
    private int _closes;

    /// <summary>A real end, seen within two seconds or gone on from by a SYN at once; to targets that want headers by
    /// the second one, for the first has the end noticed.</summary>
    private void Restart(Random random)
    {
        _restarts++;
        FlowSide from = random.Next(2) == 0 ? FlowSide.Client : FlowSide.Target;
        Speak(FlowSide.Client, 10);
        Speak(FlowSide.Target, 10);
        bool isPrompt = random.Next(2) == 0;
        _wire.Client.IsPrompt = _wire.Target.IsPrompt = isPrompt;
        Speak(from, random.Next(1, 1_400));
        Abort(from);
        _wire.Client.IsPrompt = _wire.Target.IsPrompt = true;
        bool waits = random.Next(2) == 0;
        if (waits)
        {
            _wire.Pass(2.3);
            Assert.Null(_wire.State);
        }
        bool isOver = isPrompt || waits;
        _closes += isOver || _targetsWantHeaders ? 1 : 0;
        _wire.Connect((uint)random.NextInt64(1L << 32), syns: !isOver && _targetsWantHeaders ? 2 : 1);
    }

    /// <summary>Somebody who does not see the connection guesses its numbers; one guess in three is near.</summary>
    private Segment Forgery(Random random)
    {
        TcpFlags[] kinds = [Rst, Rst, Rst | Ack, Ack, Syn, Ack | Psh];
        uint sequence = (uint)random.NextInt64(1L << 32);
        if (random.Next(3) == 0)
            sequence = _wire.Target.Expects + (uint)random.Next(1, 200_000) - (random.Next(4) == 0 ? 100_000u : 0);
        if (sequence == _wire.Target.Expects)
            sequence++;
        TcpFlags kind = kinds[random.Next(kinds.Length)];
        return new Segment(kind, sequence, (uint)random.NextInt64(1L << 32), kind == (Ack | Psh) ? 30 : 0);
    }
}
