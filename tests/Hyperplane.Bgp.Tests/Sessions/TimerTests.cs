using System.Globalization;
using System.Net;

namespace Hyperplane.Bgp.Tests.Sessions;

/// <summary>Hold, keepalive, retry, pauses.</summary>
public sealed class TimerTests
{
    [Theory]
    [InlineData(9, 3, 3)]
    [InlineData(9, 180, 9)]
    [InlineData(90, 9, 9)]
    [InlineData(0, 9, 0)]
    [InlineData(9, 0, 0)]
    public void The_lower_hold_time_of_both_sides_rules(int ours, int theirs, int negotiated)
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent, SessionRig.Defaults with { HoldTimeSeconds = ours });
        rig.Receive(Wire.Open(theirs), Wire.Keepalive);
        rig.TakeMessages();
        Assert.Equal(negotiated, rig.Session.HoldTimeSeconds);
        if (negotiated == 0)
        {
            Assert.Null(rig.Session.NextWakeup);
            return;
        }

        rig.Pass(negotiated * 1000 - 1);
        Assert.Equal(BgpState.Established, rig.Session.State);
        rig.Pass(1);
        Assert.Equal(BgpState.Idle, rig.Session.State);
        Assert.Equal("hold timer expired (4/0)", rig.Session.LastError);
    }

    [Fact]
    public void Every_message_of_the_peer_restarts_the_hold_timer()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        foreach (byte[] message in (byte[][])[Wire.Keepalive, Wire.Update, Wire.Refresh, Wire.EndOfRib])
        {
            rig.Pass(8_999);
            rig.Receive(message);
        }

        rig.Pass(8_999);
        Assert.Equal(BgpState.Established, rig.Session.State);
    }

    [Theory]
    [InlineData(9, 3)]
    [InlineData(3, 1)]
    [InlineData(90, 3)] // never slower than the option says
    public void Keepalives_come_between_three_quarters_and_all_of_their_time(int holdSeconds, int everySeconds)
    {
        SessionRig rig = SessionRig.In(
            BgpState.OpenSent, SessionRig.Defaults with { HoldTimeSeconds = holdSeconds });
        rig.Receive(Wire.Open(holdSeconds), Wire.Keepalive);
        rig.TakeMessages();
        var gaps = new HashSet<long>();
        for (int i = 0; i < 200; i++)
        {
            long before = rig.NowMs;
            rig.NowMs = rig.Session.NextWakeup!.Value;
            rig.Session.OnTime(rig.NowMs);
            Assert.Equal("4", SessionRig.Name(Assert.Single(rig.TakeMessages())));
            Assert.InRange(rig.NowMs - before, everySeconds * 750, everySeconds * 1000);
            gaps.Add(rig.NowMs - before);
            rig.Receive(Wire.Keepalive);
        }

        Assert.True(gaps.Count > 50, "there is no jitter");
    }

    [Fact]
    public void Pauses_after_failures_double_from_one_second_to_sixty()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        int[] expectedMs = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        foreach (int seconds in expectedMs)
        {
            rig.Receive(Wire.Open(remoteAs: 64513));
            Assert.Equal(BgpState.Idle, rig.Session.State);
            rig.TakeMessages();
            rig.TakeActions();
            Assert.InRange(rig.Session.NextWakeup!.Value - rig.NowMs, seconds * 750, seconds * 1000);
            rig.NowMs = rig.Session.NextWakeup!.Value;
            rig.Session.OnTime(rig.NowMs);
            Assert.Equal([BgpAction.Connect], rig.TakeActions());
            rig.Session.OnTransportConnected(IPAddress.Loopback, rig.NowMs);
        }
    }

    [Theory]
    [InlineData(8_999, 16)] // short of its hold time: the pause goes on growing
    [InlineData(9_000, 1)]
    public void A_session_that_lasted_its_hold_time_makes_pauses_short_again(int lastedMs, int pauseSeconds)
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        for (int i = 0; i < 4; i++)
        {
            rig.Receive(Wire.Open(remoteAs: 64513));
            rig.NowMs = rig.Session.NextWakeup!.Value;
            rig.Session.OnTime(rig.NowMs);
            rig.TakeActions();
            rig.Session.OnTransportConnected(IPAddress.Loopback, rig.NowMs);
        }

        rig.Receive(Wire.Open(), Wire.Keepalive);
        for (int passedMs = 0; passedMs < lastedMs; passedMs += 1000)
        {
            rig.Pass(Math.Min(1000, lastedMs - passedMs));
            rig.Receive(Wire.Keepalive);
        }

        rig.Session.OnTransportFailed("broken", rig.NowMs);
        Assert.InRange(rig.Session.NextWakeup!.Value - rig.NowMs, pauseSeconds * 750, pauseSeconds * 1000);
    }

    [Fact]
    public void Attempts_that_fail_are_repeated_soon_and_then_at_the_retry_time()
    {
        SessionRig rig = SessionRig.In(BgpState.Connect);
        foreach (int seconds in (int[])[1, 2, 4, 5, 5])
        {
            rig.Session.OnTransportFailed("refused", rig.NowMs);
            Assert.Equal((BgpState.Active, "refused"), (rig.Session.State, rig.Session.LastError));
            Assert.InRange(rig.Session.NextWakeup!.Value - rig.NowMs, seconds * 750, seconds * 1000);
            rig.NowMs = rig.Session.NextWakeup!.Value;
            rig.Session.OnTime(rig.NowMs);
            Assert.Equal([BgpAction.Connect], rig.TakeActions());
        }
    }

    [Theory]
    [InlineData(false, "cannot connect: no answer within 5 s")]
    [InlineData(true, "cannot connect: no answer within 5 s (a wrong or missing password looks like this)")]
    public void An_attempt_without_answer_is_given_up(bool password, string error)
    {
        SessionRig rig = SessionRig.In(BgpState.Connect, SessionRig.Defaults with { HasPassword = password });
        rig.NowMs = rig.Session.NextWakeup!.Value;
        rig.Session.OnTime(rig.NowMs);
        Assert.Equal([BgpAction.Close, BgpAction.Connect], rig.TakeActions());
        Assert.Equal(error, rig.Session.LastError);
    }

    [Fact]
    public void A_peer_that_sends_but_does_not_read_is_given_up_and_costs_no_memory()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes(
            [.. Enumerable.Range(0, 50_000).Select(static i => new BgpRoute(new IPNetwork(new IPAddress(i + 1L), 32)))],
            rig.NowMs);
        long startMs = rig.NowMs;
        long largest = 0;
        while (rig.Session.State == BgpState.Established)
        {
            rig.NowMs += 1000;
            rig.Session.OnTime(rig.NowMs);
            rig.Receive(Wire.Keepalive);
            largest = Math.Max(largest, rig.Session.Output.Length);
        }

        Assert.Equal(480, (rig.NowMs - startMs) / 1000);
        Assert.InRange(largest, 60_000, 70_000);
        Assert.Equal(0, rig.Session.PrefixesSent);
        Assert.Equal("send hold timer expired (8/0)", rig.Session.LastError);
    }

    [Fact]
    public void A_peer_that_reads_slowly_is_kept()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes(
            [.. Enumerable.Range(0, 200).Select(static i => new BgpRoute(new IPNetwork(new IPAddress(i + 1L), 32)))],
            rig.NowMs);
        for (int second = 0; second < 1500; second++)
        {
            rig.NowMs += 1000;
            rig.Session.OnTime(rig.NowMs);
            rig.Receive(Wire.Keepalive);
            if (second % 400 == 399)
                rig.Session.OnSent(1, rig.NowMs);
        }

        Assert.True(rig.Session.State == BgpState.Established, string.Create(
            CultureInfo.InvariantCulture, $"ended after {rig.NowMs}: {rig.Session.LastError}"));
    }
}
