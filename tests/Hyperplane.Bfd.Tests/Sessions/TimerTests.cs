namespace Hyperplane.Bfd.Tests.Sessions;

/// <summary>RFC 5880 6.8.2 to 6.8.4 and 6.8.7: how fast, how long, and how a change is agreed on.</summary>
public sealed class TimerTests
{
    private static readonly BfdPacket PeerUp = SessionRig.Peer with { State = BfdState.Up };

    [Theory]
    [InlineData(BfdState.Down)]
    [InlineData(BfdState.AdminDown)]
    public void A_session_that_is_not_up_sends_once_a_second_at_most(BfdState state)
    {
        SessionRig rig = SessionRig.In(state);
        List<(double AtMs, BfdPacket Packet)> sent = rig.Pass(60_000);
        Assert.All(sent, static s => Assert.Equal((1_000_000u, 50_000u, false), Asked(s.Packet)));
        AssertPace(sent, 750, 1_000);
    }

    [Theory]
    [InlineData(3, 75, 100)]
    [InlineData(2, 75, 100)]
    [InlineData(1, 75, 90)]
    public void Packets_leave_at_the_slower_wish_less_jitter(int detectMult, double fromMs, double toMs)
    {
        SessionRig rig = SessionRig.In(BfdState.Up, BfdIntervals.Fastest with { DetectMult = detectMult });
        Assert.Equal(100_000_000, rig.Session.TransmitNs);
        List<(double AtMs, BfdPacket Packet)> sent = [];
        for (int i = 0; i < 200; i++)
        {
            rig.Receive(PeerUp);
            sent.AddRange(rig.Pass(50));
        }

        Assert.All(sent, s => Assert.Equal(detectMult, s.Packet.DetectMult));
        AssertPace(sent, fromMs, toMs);
    }

    [Theory]
    [InlineData(3, 100, 300)]
    [InlineData(5, 100, 500)]
    [InlineData(3, 20, 150)]
    [InlineData(1, 50, 50)]
    public void The_peer_is_given_up_after_its_multiplier_times_the_slower_wish(
        byte mult, uint theirTxMs, double detectionMs)
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Pass(17);
        rig.Receive(PeerUp with { DetectMult = mult, DesiredMinTxUs = theirTxMs * 1_000 });
        Assert.Equal(detectionMs * 1e6, rig.Session.DetectionNs);
        rig.Pass(detectionMs - 0.001);
        Assert.Equal(BfdState.Up, rig.Session.State);
        rig.Pass(0.001);
        Assert.Equal(BfdState.Down, rig.Session.State);
    }

    [Fact]
    public void Coming_up_polls_for_the_fast_pace_until_the_answer()
    {
        SessionRig rig = SessionRig.In(BfdState.Init);
        rig.Receive(PeerUp);
        Assert.Equal((50_000u, 50_000u, true), Asked(Assert.Single(rig.Take())));
        rig.Pass(120);
        rig.Receive(PeerUp with { Final = true });
        Assert.False(rig.Session.Polling);
        Assert.All(rig.Pass(120), static s => Assert.False(s.Packet.Poll));
    }

    [Fact]
    public void A_slower_pace_waits_for_the_peers_answer_and_a_faster_one_does_not()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(PeerUp with { RequiredMinRxUs = 10_000 });
        rig.Session.SetIntervals(BfdIntervals.Fastest with { DesiredMinTxMs = 1_000 }, rig.NowNs);
        Assert.Equal(50_000_000, rig.Session.TransmitNs);
        Assert.Equal((1_000_000u, 50_000u, true), Asked(rig.Pass(50)[^1].Packet));
        rig.Receive(PeerUp with { RequiredMinRxUs = 10_000, Final = true });
        Assert.Equal(1_000_000_000, rig.Session.TransmitNs);

        rig.Session.SetIntervals(BfdIntervals.Fastest with { DesiredMinTxMs = 20 }, rig.NowNs);
        Assert.Equal(20_000_000, rig.Session.TransmitNs);
        AssertPace(rig.Pass(200), 15, 20);
    }

    [Fact]
    public void A_shorter_detection_waits_for_the_peers_answer_and_a_longer_one_does_not()
    {
        SessionRig rig = SessionRig.In(BfdState.Up, BfdIntervals.Default);
        rig.Receive(PeerUp);
        rig.Session.SetIntervals(BfdIntervals.Default with { RequiredMinRxMs = 10 }, rig.NowNs);
        Assert.Equal(900_000_000, rig.Session.DetectionNs);
        rig.Receive(PeerUp with { Final = true });
        Assert.Equal(300_000_000, rig.Session.DetectionNs);

        rig.Session.SetIntervals(BfdIntervals.Default with { RequiredMinRxMs = 500 }, rig.NowNs);
        Assert.Equal(1_500_000_000, rig.Session.DetectionNs);
    }

    [Fact]
    public void Answers_to_what_was_asked_before_a_change_do_not_end_the_poll()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Session.SetIntervals(BfdIntervals.Default, rig.NowNs);
        int asked = rig.Pass(250).Count(static s => s.Packet.Poll);
        Assert.InRange(asked, 2, 3);
        rig.Session.SetIntervals(new BfdIntervals { DesiredMinTxMs = 500 }, rig.NowNs);
        for (int i = 0; i < asked; i++)
            rig.Receive(PeerUp with { Final = true });
        Assert.True(rig.Session.Polling);
        Assert.Equal(100_000_000, rig.Session.TransmitNs); // still the pace the peer knows
        Assert.Contains(rig.Pass(100), static s => s.Packet.Poll && s.Packet.DesiredMinTxUs == 500_000);
        rig.Receive(PeerUp with { Final = true });
        Assert.False(rig.Session.Polling);
        Assert.Equal(500_000_000, rig.Session.TransmitNs);
    }

    [Fact]
    public void A_poll_is_answered_at_once_outside_the_rhythm()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Session.SetIntervals(BfdIntervals.Fastest with { RequiredMinRxMs = 60 }, rig.NowNs);
        double lastPeriodicMs = rig.Pass(100)[^1].AtMs;
        for (int i = 0; i < 40; i++)
        {
            rig.Receive(PeerUp with { Poll = true });
            List<BfdPacket> answers = rig.Take();
            Assert.Equal((true, false), (answers[0].Final, answers[0].Poll));
            foreach ((double atMs, BfdPacket packet) in rig.Pass(20))
            {
                Assert.Equal((false, true), (packet.Final, packet.Poll));
                lastPeriodicMs = atMs;
            }

            Assert.True(rig.NowMs - lastPeriodicMs <= 100, "answers held back the periodic packets");
        }
    }

    [Fact]
    public void A_peer_that_takes_more_is_served_faster_at_once()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(PeerUp with { RequiredMinRxUs = 10_000_000, DesiredMinTxUs = 10_000_000 });
        Assert.Empty(rig.Pass(7_000));
        rig.Receive(PeerUp with { DesiredMinTxUs = 10_000_000 });
        Assert.Single(rig.Take());
        AssertPace(rig.Pass(1_000), 75, 100);
    }

    [Fact]
    public void A_peer_that_wants_no_periodic_packets_gets_none_but_still_answers()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(PeerUp with { RequiredMinRxUs = 0, DesiredMinTxUs = 10_000_000 });
        Assert.Empty(rig.Pass(20_000));
        rig.Receive(PeerUp with { RequiredMinRxUs = 0, DesiredMinTxUs = 10_000_000, Poll = true });
        Assert.True(Assert.Single(rig.Take()).Final);
        rig.Receive(PeerUp with { Demand = true, DesiredMinTxUs = 10_000_000 });
        Assert.Empty(rig.Pass(20_000));
        rig.Receive(PeerUp with { DesiredMinTxUs = 10_000_000 });
        AssertPace(rig.Pass(20_000), 75, 100);
    }

    [Fact]
    public void A_node_that_does_not_forward_is_silent_and_tells_its_state_soon_after()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(SessionRig.Peer with { Poll = true });
        Assert.True(rig.Session.IsTransmitDue(rig.NowNs));
        rig.Session.Suppress(rig.NowNs);
        Assert.False(rig.Session.IsTransmitDue(rig.NowNs));
        Assert.Equal(1, rig.Session.Counters.Suppressed);
        (double atMs, BfdPacket packet) = rig.Pass(1_000)[0];
        Assert.Equal((BfdState.Down, false), (packet.State, packet.Final));
        Assert.Equal(250, atMs, 1.0);
    }

    [Fact]
    public void An_excused_peer_has_a_whole_detection_time_from_then_on()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.NowMs += 5_000;
        rig.Session.Excuse(rig.NowNs);
        rig.Session.OnTime(rig.NowNs);
        rig.Pass(299.999);
        Assert.Equal(BfdState.Up, rig.Session.State);
        rig.Pass(0.001);
        Assert.Equal((BfdState.Down, BfdCause.DetectionTimeExpired), (rig.Session.State, rig.Session.Cause));
    }

    [Fact]
    public void The_widest_values_of_the_wire_do_not_overflow()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(PeerUp with
        {
            DetectMult = 255,
            DesiredMinTxUs = uint.MaxValue,
            RequiredMinRxUs = uint.MaxValue,
        });
        Assert.Equal(255L * uint.MaxValue * 1_000, rig.Session.DetectionNs);
        Assert.Equal(uint.MaxValue * 1_000L, rig.Session.TransmitNs);
        Assert.InRange(rig.Session.NextWakeupNs, 3_000_000_000_000, long.MaxValue - 1);
    }

    [Fact]
    public void Intervals_name_everything_that_is_wrong()
    {
        Assert.Equal(3, new BfdIntervals { DesiredMinTxMs = 9, RequiredMinRxMs = 10_001, DetectMult = 0 }
            .Problems().Count);
        Assert.Empty(new BfdIntervals { DesiredMinTxMs = 10, RequiredMinRxMs = 10_000, DetectMult = 255 }.Problems());
        Assert.All(
            [BfdIntervals.Default, BfdIntervals.Fast, BfdIntervals.Fastest],
            static intervals => Assert.Empty(intervals.Problems()));
    }

    private static (uint TxUs, uint RxUs, bool Poll) Asked(BfdPacket packet) =>
        (packet.DesiredMinTxUs, packet.RequiredMinRxUs, packet.Poll);

    /// <summary>Every gap is within the limits, and together they use most of the room: jitter is there.</summary>
    private static void AssertPace(List<(double AtMs, BfdPacket Packet)> sent, double fromMs, double toMs)
    {
        double[] gapsMs = [.. sent.Zip(sent.Skip(1), static (a, b) => b.AtMs - a.AtMs)];
        Assert.True(gapsMs.Length >= 5, $"only {gapsMs.Length} gaps");
        Assert.All(gapsMs, gap => Assert.InRange(gap, fromMs - 0.01, toMs + 0.01));
        Assert.True(gapsMs.Max() - gapsMs.Min() > (toMs - fromMs) / 4, "no jitter");
    }
}
