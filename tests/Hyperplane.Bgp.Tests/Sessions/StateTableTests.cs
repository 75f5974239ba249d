using System.Net;

namespace Hyperplane.Bgp.Tests.Sessions;

/// <summary>The state machine, one input in one state at a time.</summary>
public sealed class StateTableTests
{
    // columns: state, input, state after, messages sent (type, or 3:code/subcode), actions wanted
    public static TheoryData<string, string, string, string, string> Table => new()
    {
        { "Idle", "start", "Connect", "", "Connect" },
        { "Idle", "connected", "Idle", "", "" },
        { "Idle", "failed", "Idle", "", "" },
        { "Idle", "open", "Idle", "", "" },
        { "Idle", "garbage", "Idle", "", "" },
        { "Idle", "hour", "Idle", "", "" },
        { "Idle", "stop", "Idle", "", "" },
        { "Connect", "start", "Connect", "", "" },
        { "Connect", "connected", "OpenSent", "1", "" },
        { "Connect", "failed", "Active", "", "" },
        { "Connect", "open", "Connect", "", "" },
        { "Connect", "retry", "Connect", "", "Close Connect" },
        { "Connect", "stop", "Idle", "", "Close" },
        { "Active", "start", "Active", "", "" },
        { "Active", "connected", "Active", "", "" },
        { "Active", "failed", "Active", "", "" },
        { "Active", "open", "Active", "", "" },
        { "Active", "retry", "Connect", "", "Connect" },
        { "Active", "stop", "Idle", "", "" },
        { "OpenSent", "open", "OpenConfirm", "4", "" },
        { "OpenSent", "keepalive", "Idle", "3:5/1", "Close" },
        { "OpenSent", "update", "Idle", "3:5/1", "Close" },
        { "OpenSent", "refresh", "Idle", "3:5/1", "Close" },
        { "OpenSent", "notification", "Idle", "", "Close" },
        { "OpenSent", "garbage", "Idle", "3:1/1", "Close" },
        { "OpenSent", "failed", "Idle", "", "" },
        { "OpenSent", "connected", "OpenSent", "", "" },
        { "OpenSent", "hour", "Idle", "3:4/0", "Close" },
        { "OpenSent", "stop", "Idle", "3:6/2", "Close" },
        { "OpenSent", "open of AS 64513", "Idle", "3:2/2", "Close" },
        { "OpenSent", "open of AS 0", "Idle", "3:2/2", "Close" },
        { "OpenSent", "open of identifier 0", "Idle", "3:2/3", "Close" },
        { "OpenSent", "open of our identifier", "OpenConfirm", "4", "" },
        { "OpenSent", "open of hold 1", "Idle", "3:2/6", "Close" },
        { "OpenSent", "open of hold 2", "Idle", "3:2/6", "Close" },
        { "OpenSent", "open of hold 3", "OpenConfirm", "4", "" },
        { "OpenSent", "open of version 3", "Idle", "3:2/1", "Close" },
        { "OpenSent", "malformed open", "Idle", "3:2/0", "Close" },
        { "OpenConfirm", "open", "Idle", "3:5/2", "Close" },
        { "OpenConfirm", "keepalive", "Established", "2 2", "" },
        { "OpenConfirm", "update", "Idle", "3:5/2", "Close" },
        { "OpenConfirm", "refresh", "Idle", "3:5/2", "Close" },
        { "OpenConfirm", "notification", "Idle", "", "Close" },
        { "OpenConfirm", "garbage", "Idle", "3:1/1", "Close" },
        { "OpenConfirm", "failed", "Idle", "", "" },
        { "OpenConfirm", "hold", "Idle", "3:4/0", "Close" },
        { "OpenConfirm", "stop", "Idle", "3:6/2", "Close" },
        { "Established", "open", "Idle", "3:5/3", "Close" },
        { "Established", "keepalive", "Established", "", "" },
        { "Established", "update", "Established", "", "" },
        { "Established", "tolerable update", "Established", "", "" },
        { "Established", "intolerable update", "Idle", "3:3/10", "Close" },
        { "Established", "end of rib", "Established", "", "" },
        { "Established", "refresh", "Established", "", "" },
        { "Established", "refresh of no family of ours", "Established", "", "" },
        { "Established", "begin of refresh", "Established", "", "" },
        { "Established", "long begin of refresh", "Idle", "3:7/1", "Close" },
        { "Established", "notification", "Idle", "", "Close" },
        { "Established", "garbage", "Idle", "3:1/1", "Close" },
        { "Established", "failed", "Idle", "", "" },
        { "Established", "hold", "Idle", "3:4/0", "Close" },
        { "Established", "stop", "Idle", "3:6/2", "Close" },
        { "Established", "bfd down", "Idle", "3:6/10", "Close" },
        { "OpenConfirm", "bfd down", "OpenConfirm", "", "" },
        { "OpenSent", "bfd down", "OpenSent", "", "" },
        { "Connect", "bfd down", "Connect", "", "" },
        { "Idle", "bfd down", "Idle", "", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_input_in_each_state(string state, string input, string after, string sent, string wanted)
    {
        SessionRig rig = SessionRig.In(Enum.Parse<BgpState>(state));
        List<byte[]> messages = Apply(rig, input);
        messages.AddRange(rig.TakeMessages());
        Assert.Equal(after, rig.Session.State.ToString());
        IEnumerable<string> names = messages.Select(SessionRig.Name).Where(name => input != "hold" || name != "4");
        Assert.Equal(sent, string.Join(' ', names));
        Assert.Equal(wanted, string.Join(' ', rig.TakeActions()));
        if (after == "Idle" && state is not "Idle" && input != "stop")
            Assert.NotNull(rig.Session.NextWakeup);
        if (input == "stop")
            Assert.Null(rig.Session.NextWakeup);
    }

    [Fact]
    public void Inside_our_AS_a_peer_must_not_carry_our_identifier()
    {
        BgpSessionOptions options = SessionRig.Defaults with { RemoteAs = 64601 };
        SessionRig rig = SessionRig.In(BgpState.OpenSent, options);
        rig.Receive(Wire.Open(remoteAs: 64601, identifier: "0A63000B"));
        Assert.Equal("3:2/3", SessionRig.Name(Assert.Single(rig.TakeMessages())));
    }

    private static List<byte[]> Apply(SessionRig rig, string input)
    {
        BgpSession session = rig.Session;
        switch (input)
        {
            case "start":
                session.Start(rig.NowMs);
                break;
            case "connected":
                session.OnTransportConnected(IPAddress.Loopback, rig.NowMs);
                break;
            case "failed":
                session.OnTransportFailed("broken", rig.NowMs);
                break;
            case "stop":
                session.Stop("test", rig.NowMs);
                break;
            case "bfd down":
                session.OnBfdDown(rig.NowMs);
                break;
            case "retry":
                rig.NowMs += 5_000;
                session.OnTime(rig.NowMs);
                break;
            case "hold":
                return PassToEnd(rig, 9_000);
            case "hour":
                rig.NowMs += 3_600_000;
                session.OnTime(rig.NowMs);
                break;
            default:
                rig.Receive(Message(input));
                break;
        }

        return [];
    }

    /// <summary>Silence until the session gives up, exactly at the hold time.</summary>
    private static List<byte[]> PassToEnd(SessionRig rig, long holdMs)
    {
        List<byte[]> messages = rig.Pass(holdMs - 1);
        Assert.True(rig.Session.State >= BgpState.OpenConfirm, "gave up before the hold time");
        messages.AddRange(rig.Pass(1));
        return messages;
    }

    private static byte[] Message(string input) => input switch
    {
        "open" => Wire.Open(),
        "open of AS 64513" => Wire.Open(remoteAs: 64513),
        "open of AS 0" => Wire.Open(remoteAs: 0),
        "open of identifier 0" => Wire.Open(identifier: "00000000"),
        "open of our identifier" => Wire.Open(identifier: "0A63000B"),
        "open of hold 1" => Wire.Open(1),
        "open of hold 2" => Wire.Open(2),
        "open of hold 3" => Wire.Open(3),
        "open of version 3" => Wire.Message(1, "03 FC00 0009 0A630001 00"),
        "malformed open" => Wire.Message(1, "04 FC00 0009 0A630001 02 0206"),
        "keepalive" => Wire.Keepalive,
        "update" => Wire.Update,
        "tolerable update" => Wire.Message(2, "0000 0004 40010109 18CB0071"),
        "intolerable update" => Wire.Message(2, "0000 0000 21CB007100FF"),
        "end of rib" => Wire.EndOfRib,
        "refresh" => Wire.Refresh,
        "refresh of no family of ours" => Wire.Message(5, "4006 00 46"),
        "begin of refresh" => Wire.Message(5, "0001 01 01"),
        "long begin of refresh" => Wire.Message(5, "0001 01 01 00"),
        "notification" => Wire.Message(3, "06 04 02 6F6B"),
        "garbage" => Wire.Bytes("474554202F20485454502F312E31"),
        _ => throw new ArgumentException(input, nameof(input)),
    };
}
