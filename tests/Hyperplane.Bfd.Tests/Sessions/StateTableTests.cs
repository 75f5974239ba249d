namespace Hyperplane.Bfd.Tests.Sessions;

/// <summary>RFC 5880 6.8.6: each state against each state received, and against silence.</summary>
public sealed class StateTableTests
{
    /// <summary>State, input, state after, cause if it changed.</summary>
    public static readonly TheoryData<BfdState, string, BfdState, BfdCause?> Table = new()
    {
        { BfdState.AdminDown, "AdminDown", BfdState.AdminDown, null },
        { BfdState.AdminDown, "Down", BfdState.AdminDown, null },
        { BfdState.AdminDown, "Init", BfdState.AdminDown, null },
        { BfdState.AdminDown, "Up", BfdState.AdminDown, null },
        { BfdState.AdminDown, "silence", BfdState.AdminDown, null },
        { BfdState.AdminDown, "take down", BfdState.AdminDown, null },
        { BfdState.AdminDown, "let up", BfdState.Down, BfdCause.Ours },
        { BfdState.Down, "AdminDown", BfdState.Down, null },
        { BfdState.Down, "Down", BfdState.Init, BfdCause.Handshake },
        { BfdState.Down, "Init", BfdState.Up, BfdCause.Handshake },
        { BfdState.Down, "Up", BfdState.Down, null },
        { BfdState.Down, "silence", BfdState.Down, null },
        { BfdState.Down, "take down", BfdState.AdminDown, BfdCause.Ours },
        { BfdState.Down, "let up", BfdState.Down, null },
        { BfdState.Init, "AdminDown", BfdState.Down, BfdCause.PeerAdminDown },
        { BfdState.Init, "Down", BfdState.Init, null },
        { BfdState.Init, "Init", BfdState.Up, BfdCause.Handshake },
        { BfdState.Init, "Up", BfdState.Up, BfdCause.Handshake },
        { BfdState.Init, "silence", BfdState.Down, BfdCause.DetectionTimeExpired },
        { BfdState.Init, "take down", BfdState.AdminDown, BfdCause.Ours },
        { BfdState.Init, "let up", BfdState.Init, null },
        { BfdState.Up, "AdminDown", BfdState.Down, BfdCause.PeerAdminDown },
        { BfdState.Up, "Down", BfdState.Down, BfdCause.PeerDown },
        { BfdState.Up, "Init", BfdState.Up, null },
        { BfdState.Up, "Up", BfdState.Up, null },
        { BfdState.Up, "silence", BfdState.Down, BfdCause.DetectionTimeExpired },
        { BfdState.Up, "take down", BfdState.AdminDown, BfdCause.Ours },
        { BfdState.Up, "let up", BfdState.Up, null },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_input_in_each_state(BfdState state, string input, BfdState after, BfdCause? cause)
    {
        SessionRig rig = SessionRig.In(state);
        switch (input)
        {
            case "silence":
                rig.NowMs += 301;
                rig.Session.OnTime(rig.NowNs);
                break;
            case "take down":
                rig.Session.TakeDown(rig.NowNs);
                break;
            case "let up":
                rig.Session.LetUp(rig.NowNs);
                break;
            default:
                rig.Receive(SessionRig.Peer with { State = Enum.Parse<BfdState>(input) });
                break;
        }

        Assert.Equal(after, rig.Session.State);
        if (cause is not { } why)
        {
            Assert.DoesNotContain(rig.Take(), packet => input != "silence" || packet.State != state);
            return;
        }

        Assert.Equal(why, rig.Session.Cause);
        BfdPacket told = Assert.Single(rig.Take()); // a change is told at once
        Assert.Equal((after, Reason(why, after)), (told.State, told.Diagnostic));
        Assert.Equal(state == BfdState.Up ? 1 : 0, rig.Session.Counters.Flaps);
    }

    [Fact]
    public void The_peer_is_named_from_its_first_packet_on_and_forgotten_after_silence()
    {
        var rig = new SessionRig();
        Assert.Equal(0u, rig.Pass(1000)[0].Packet.YourDiscriminator);
        rig.Receive(SessionRig.Peer with { YourDiscriminator = 0 });
        Assert.Equal(SessionRig.Theirs, Assert.Single(rig.Take()).YourDiscriminator);
        rig.Receive(SessionRig.Peer with { MyDiscriminator = 7, State = BfdState.Up });
        Assert.Equal(7u, Assert.Single(rig.Take()).YourDiscriminator);
        BfdPacket last = rig.Pass(5000)[^1].Packet;
        Assert.Equal((0u, BfdState.Down), (last.YourDiscriminator, last.State));
        Assert.Equal(BfdDiagnostic.ControlDetectionTimeExpired, last.Diagnostic);
    }

    [Fact]
    public void A_reason_of_the_past_is_remembered_but_no_longer_told()
    {
        SessionRig rig = SessionRig.In(BfdState.Up);
        rig.Receive(SessionRig.Peer with { Diagnostic = BfdDiagnostic.PathDown });
        Assert.Equal(BfdDiagnostic.PathDown, rig.Session.RemoteDiagnostic);
        rig.Receive(SessionRig.Peer with { State = BfdState.Init });
        Assert.Equal((BfdState.Up, BfdDiagnostic.None), (rig.Session.State, rig.Session.Diagnostic));
        Assert.Equal(BfdDiagnostic.NeighborSignaledSessionDown, rig.Session.Counters.LastDiagnostic);
    }

    private static BfdDiagnostic Reason(BfdCause cause, BfdState after) => (cause, after) switch
    {
        (BfdCause.DetectionTimeExpired, _) => BfdDiagnostic.ControlDetectionTimeExpired,
        (BfdCause.PeerDown or BfdCause.PeerAdminDown, _) => BfdDiagnostic.NeighborSignaledSessionDown,
        (BfdCause.Ours, BfdState.AdminDown) => BfdDiagnostic.AdministrativelyDown,
        _ => BfdDiagnostic.None,
    };
}
