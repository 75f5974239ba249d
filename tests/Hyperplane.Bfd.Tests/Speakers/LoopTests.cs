using System.Net;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Speakers;

/// <summary>What the thread does in a turn, without a network.</summary>
public sealed class LoopTests
{
    [Fact]
    public void A_first_packet_is_known_by_its_address_and_later_ones_by_discriminator()
    {
        var rig = new LoopRig();
        rig.Set(LoopRig.OtherPeer, LoopRig.Peer);
        rig.Wire.Put(LoopRig.Peer, LoopRig.Hello);
        rig.Loop.Turn();
        Assert.Equal([BfdState.Down, BfdState.Init], rig.Loop.Links.Select(static link => link.Session.State));
        rig.Wire.Put("10.0.0.77", LoopRig.Hello with
        {
            State = BfdState.Init,
            YourDiscriminator = rig.Loop.Links[1].Session.LocalDiscriminator,
        });
        rig.Loop.Turn();
        Assert.Equal([BfdState.Down, BfdState.Up], rig.Loop.Links.Select(static link => link.Session.State));
        Assert.Equal(
            [(BfdState.Down, BfdState.Init), (BfdState.Init, BfdState.Up)],
            rig.Changes.Select(static change => (change.From, change.To)));
        Assert.All(rig.Changes, static change => Assert.Equal(IPAddress.Parse(LoopRig.Peer), change.Peer));
    }

    [Fact]
    public void What_belongs_to_no_session_is_counted_by_its_reason()
    {
        LoopRig rig = LoopRig.Up();
        long accepted = rig.Loop.Count(BfdVerdict.Accepted);
        rig.Wire.Put("10.0.0.9", LoopRig.Hello);
        rig.Wire.Put(LoopRig.Peer, LoopRig.Hello with { YourDiscriminator = 1 });
        rig.Wire.Put(LoopRig.Peer, []);
        rig.Wire.Put(LoopRig.Peer, LoopRig.Hello with { DetectMult = 0 });
        rig.Wire.Put(LoopRig.Peer, new byte[1_500]);
        rig.Loop.Turn();
        Assert.Equal(
            [1, 1, 1, 1, 1, 0],
            new[]
            {
                BfdVerdict.UnknownPeer, BfdVerdict.UnknownDiscriminator, BfdVerdict.Truncated,
                BfdVerdict.ZeroDetectMult, BfdVerdict.BadVersion, BfdVerdict.TtlNot255,
            }.Select(rig.Loop.Count));
        Assert.Equal(accepted, rig.Loop.Count(BfdVerdict.Accepted));
        Assert.Equal(BfdState.Up, rig.Session.State);
    }

    [Theory]
    [InlineData(254)]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_packet_from_further_away_is_ignored_and_counted(int ttl)
    {
        LoopRig rig = LoopRig.Up();
        rig.Say(BfdState.Down, ttl: ttl);
        Assert.Equal((BfdState.Up, 1), (rig.Session.State, rig.Loop.Count(BfdVerdict.TtlNot255)));
        rig.Say(BfdState.Down);
        Assert.Equal(BfdState.Down, rig.Session.State);
    }

    [Fact]
    public void A_silent_peer_is_given_up_and_told_as_a_fault()
    {
        LoopRig rig = LoopRig.Up();
        rig.Pass(149);
        Assert.Equal(BfdState.Up, rig.Session.State);
        rig.Pass(2);
        BfdChange change = Assert.Single(rig.Changes);
        Assert.Equal((BfdState.Up, BfdState.Down), (change.From, change.To));
        Assert.Equal((BfdCause.DetectionTimeExpired, true), (change.Cause, change.IsFault));
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void A_peer_taken_down_on_purpose_is_no_fault()
    {
        LoopRig rig = LoopRig.Up();
        rig.Say(BfdState.AdminDown);
        BfdChange change = Assert.Single(rig.Changes);
        Assert.Equal((BfdState.Down, BfdCause.PeerAdminDown, false), (change.To, change.Cause, change.IsFault));
    }

    [Fact]
    public void Packets_that_waited_count_before_anybody_is_judged()
    {
        LoopRig rig = LoopRig.Up();
        rig.Wire.NowNs += 149_000_000;
        rig.Wire.Put(LoopRig.Peer, LoopRig.Hello with
        {
            State = BfdState.Up,
            YourDiscriminator = rig.Session.LocalDiscriminator,
        });
        rig.Wire.NowNs += 1_000_000;
        rig.Loop.Turn();
        Assert.Equal(BfdState.Up, rig.Session.State);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void After_a_gap_a_whole_detection_time_passes_before_anybody_is_judged()
    {
        LoopRig rig = LoopRig.Up();
        rig.Pass(20);
        rig.Wire.NowNs += 10_000_000_000;
        rig.Loop.Turn();
        Assert.Equal(10_000_000_000, Assert.Single(rig.Gaps));
        Assert.NotEmpty(rig.Wire.Sent); // sent after the owner heard of the gap: the rig clears the list there
        rig.Pass(149.9);
        Assert.Equal(BfdState.Up, rig.Session.State);
        rig.Pass(0.2);
        Assert.Equal(BfdState.Down, rig.Session.State);
        Assert.Single(rig.Gaps);
    }

    [Fact]
    public void A_stop_of_any_length_over_the_detection_time_is_noticed_whenever_it_begins()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            LoopRig rig = LoopRig.Up();
            rig.Pass(random.NextDouble() * 120);
            rig.Wire.NowNs += (long)(random.NextDouble() * rig.Loop.Turn()) + 150_000_001;
            rig.Loop.Turn();
            Assert.True(rig.Gaps.Count == 1 && rig.Session.State == BfdState.Up, $"seed {seed}");
        }
    }

    [Fact]
    public void A_sleep_that_ends_a_little_late_is_no_gap()
    {
        var rig = new LoopRig();
        rig.Set(LoopRig.Peer); // nothing is due for up to a second
        for (int i = 0; i < 100; i++)
            rig.Wire.NowNs += rig.Loop.Turn() + 60_000_000;
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Nothing_leaves_while_the_node_is_not_fresh_not_even_a_goodbye()
    {
        LoopRig rig = LoopRig.Up();
        rig.Fresh = false;
        for (int i = 0; i < 20; i++)
        {
            rig.Say(BfdState.Up);
            rig.Pass(50);
        }

        Assert.Empty(rig.Wire.Sent);
        Assert.InRange(rig.Session.Counters.Suppressed, 20, 200);
        rig.Set();
        Assert.Empty(rig.Wire.Sent);
        Assert.Equal(0, rig.Wire.OpenSenders);
    }

    [Fact]
    public void A_node_that_is_fresh_again_sends_within_a_quarter_interval()
    {
        LoopRig rig = LoopRig.Up();
        rig.Fresh = false;
        rig.Pass(100);
        rig.Fresh = true;
        rig.Pass(12.6);
        Assert.NotEmpty(rig.Wire.Sent);
    }

    [Fact]
    public void A_removed_peer_hears_a_goodbye_and_a_kept_one_keeps_its_session()
    {
        var rig = new LoopRig();
        rig.Set(LoopRig.Peer, LoopRig.OtherPeer);
        BfdSession kept = rig.Session;
        rig.Wire.Sent.Clear();
        rig.Set(LoopRig.Peer);
        Assert.Equal(3, rig.SentTo(LoopRig.OtherPeer).Count());
        Assert.All(rig.SentTo(LoopRig.OtherPeer), static packet => Assert.Equal(
            (BfdState.AdminDown, BfdDiagnostic.AdministrativelyDown), (packet.State, packet.Diagnostic)));
        Assert.Same(kept, Assert.Single(rig.Loop.Links).Session);
        Assert.Equal(1, rig.Wire.OpenSenders);
        rig.Wire.Put(LoopRig.OtherPeer, LoopRig.Hello);
        rig.Loop.Turn();
        Assert.Equal(1, rig.Loop.Count(BfdVerdict.UnknownPeer));
    }

    [Fact]
    public void A_change_of_intervals_polls_and_one_of_our_address_begins_anew()
    {
        LoopRig rig = LoopRig.Up();
        BfdSession session = rig.Session;
        BfdPeerOptions peer = LoopRig.Options(LoopRig.Peer) with { Intervals = BfdIntervals.Default };
        rig.Loop.SetPeers([peer]);
        rig.Pass(60);
        Assert.Same(session, rig.Session);
        Assert.Contains(rig.Wire.Sent, static s => s.Packet.Poll && s.Packet.DesiredMinTxUs == 300_000);
        rig.Loop.SetPeers([peer with { LocalAddress = IPAddress.Parse("10.0.0.1") }]);
        rig.Loop.Turn();
        Assert.NotSame(session, rig.Session);
        Assert.Contains(rig.Wire.Sent, static s => s.Packet.State == BfdState.AdminDown);
    }

    [Fact]
    public void The_status_tells_how_long_a_state_lasts_and_what_it_cost()
    {
        var rig = new LoopRig();
        rig.Set(LoopRig.Peer);
        rig.Pass(1_000);
        Assert.Equal(TimeSpan.FromSeconds(1), rig.Loop.Links[0].Status(rig.Wire.NowNs).InState);
        rig.Say(BfdState.Init);
        rig.Pass(40);
        BfdPeerStatus status = rig.Loop.Links[0].Status(rig.Wire.NowNs);
        Assert.Equal((BfdState.Up, BfdState.Init, 1), (status.State, status.RemoteState, status.Received));
        Assert.Equal(TimeSpan.FromMilliseconds(40), status.InState);
        Assert.Equal(TimeSpan.FromMilliseconds(50), status.TransmitInterval);
        Assert.Equal(TimeSpan.FromMilliseconds(150), status.DetectionTime);
        Assert.Equal(rig.Wire.Sent.Count, status.Sent);
        rig.Pass(200);
        status = rig.Loop.Links[0].Status(rig.Wire.NowNs);
        Assert.Equal((1, BfdDiagnostic.ControlDetectionTimeExpired), (status.Flaps, status.LastDiagnostic));
        Assert.Equal(TimeSpan.Zero, status.DetectionTime);
    }

    [Fact]
    public void What_the_kernel_refuses_is_in_the_status_and_tried_again()
    {
        var rig = new LoopRig();
        rig.Wire.OpenErrno = 99;
        rig.Set(LoopRig.Peer);
        rig.Pass(3_000);
        BfdPeerStatus status = rig.Loop.Links[0].Status(rig.Wire.NowNs);
        Assert.Equal("UDP port: Cannot assign requested address", status.Error);
        Assert.InRange(status.SendFailures, 2, 5);
        rig.Wire.OpenErrno = 0;
        rig.Wire.SendErrno = 101;
        rig.Pass(1_100);
        Assert.Equal("Network is unreachable", rig.Loop.Links[0].Status(rig.Wire.NowNs).Error);
        rig.Wire.SendErrno = 0;
        rig.Pass(1_100);
        Assert.Null(rig.Loop.Links[0].Status(rig.Wire.NowNs).Error);
        Assert.NotEmpty(rig.Wire.Sent);
    }

    [Fact]
    public void A_callback_that_throws_is_counted_and_harms_no_session()
    {
        bool broken = false;
        var rig = new LoopRig(_ => broken ? throw new InvalidOperationException("a callback's fault") : true);
        rig.OnChange = static _ => throw new InvalidOperationException("a callback's fault");
        rig.Set(LoopRig.Peer);
        rig.Say(BfdState.Init);
        Assert.Equal((BfdState.Up, 1), (rig.Session.State, rig.Loop.CallbackFailures));
        broken = true;
        rig.Wire.Sent.Clear();
        rig.Pass(100);
        Assert.Empty(rig.Wire.Sent);
        Assert.True(rig.Loop.CallbackFailures > 1);
    }

    [Fact]
    public void A_turn_allocates_nothing_once_the_session_is_up()
    {
        LoopRig rig = LoopRig.Up();
        byte[] bytes = new byte[BfdPacket.SizeBytes];
        (LoopRig.Hello with { State = BfdState.Up, Poll = true, YourDiscriminator = rig.Session.LocalDiscriminator })
            .Write(bytes);
        rig.Wire.Sent.EnsureCapacity(10_000);
        Assert.Equal(0, Allocations.In(1_000, _ => rig.Loop.Turn(), before: _ =>
        {
            rig.Wire.Put(LoopRig.Peer, bytes);
            rig.Wire.NowNs += 40_000_000;
        }));
        Assert.True(rig.Wire.Sent.Count >= 1_000, "the path was not taken");
    }
}
