namespace Hyperplane.Bgp.Tests.Sessions;

/// <summary>What an operator reads when a session ends.</summary>
public sealed class ErrorTests
{
    [Fact]
    public void A_wrong_AS_names_both_numbers()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        rig.Receive(Wire.Open(remoteAs: 64513));
        Assert.Equal(
            "OPEN message error: bad peer AS (2/2): the peer is AS 64513, expected AS 64512", rig.Session.LastError);
    }

    [Fact]
    public void A_refused_hold_time_names_it()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        rig.Receive(Wire.Open(2));
        Assert.Equal("OPEN message error: unacceptable hold time (2/6): the peer wants 2 s", rig.Session.LastError);
    }

    [Fact]
    public void A_refused_identifier_is_named_as_an_address()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        rig.Receive(Wire.Open(identifier: "00000000"));
        Assert.Equal(
            "OPEN message error: bad BGP identifier (2/3): the peer calls itself 0.0.0.0", rig.Session.LastError);
    }

    [Fact]
    public void A_peers_reason_is_repeated_and_never_answered()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Receive(Wire.Message(3, "06 02 05 647261696E"));
        Assert.Equal("peer said cease: administrative shutdown (6/2): \"drain\"", rig.Session.LastError);
        Assert.Empty(rig.TakeMessages());
        Assert.Equal((1, 0), (rig.Session.Counters.NotificationsReceived, rig.Session.Counters.NotificationsSent));
    }

    [Fact]
    public void Bytes_after_an_error_are_not_looked_at()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        byte[] twice = [.. Wire.Open(), .. Wire.Open()];
        rig.Receive(twice);
        Assert.Equal("3:5/3", SessionRig.Name(Assert.Single(rig.TakeMessages())));
        Assert.Equal([BgpAction.Close], rig.TakeActions());
    }

    [Fact]
    public void A_stopped_session_says_why_and_starts_again_only_when_told()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.Stop("drain: node-a1", rig.NowMs);
        byte[] notification = Assert.Single(rig.TakeMessages());
        Assert.Equal("06020E647261696E3A206E6F64652D6131", Convert.ToHexString(notification.AsSpan(19)));
        Assert.Equal([BgpAction.Close], rig.TakeActions());
        Assert.Equal("stopped: drain: node-a1", rig.Session.LastError);
        rig.NowMs += 3_600_000;
        rig.Session.OnTime(rig.NowMs);
        Assert.Equal(BgpState.Idle, rig.Session.State);
        rig.Session.Start(rig.NowMs);
        Assert.Equal(BgpState.Connect, rig.Session.State);
    }
}
