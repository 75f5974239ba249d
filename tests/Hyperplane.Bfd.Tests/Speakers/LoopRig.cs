using System.Net;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd.Tests.Speakers;

/// <summary>The speaker's loop over a <see cref="FakeWire"/>, turned by the test.</summary>
internal sealed class LoopRig
{
    public const string Peer = "10.0.0.2";
    public const string OtherPeer = "10.0.0.3";

    /// <summary>A neighbour at 50 ms × 3.</summary>
    public static readonly BfdPacket Hello = new()
    {
        State = BfdState.Down,
        DetectMult = 3,
        MyDiscriminator = 0xB2,
        DesiredMinTxUs = 50_000,
        RequiredMinRxUs = 50_000,
    };

    public LoopRig(Func<long, bool>? isFresh = null) =>
        Loop = new BfdLoop(Wire, new MonotonicClock(Wire), new Random(1), new BfdCallbacks
        {
            IsFresh = isFresh ?? (_ => Fresh),
            Changed = change =>
            {
                Changes.Add(change);
                OnChange?.Invoke(change);
            },
            Gap = gapNs =>
            {
                Gaps.Add(gapNs);
                Wire.Sent.Clear();
            },
        });

    public FakeWire Wire { get; } = new();

    public BfdLoop Loop { get; }

    public bool Fresh { get; set; } = true;

    public List<BfdChange> Changes { get; } = [];

    public List<long> Gaps { get; } = [];

    public Action<BfdChange>? OnChange { get; set; }

    public BfdSession Session => Loop.Links[0].Session;

    /// <summary>One peer, Up, its handshake over.</summary>
    public static LoopRig Up()
    {
        var rig = new LoopRig();
        rig.Set(Peer);
        rig.Pass(500);
        rig.Say(BfdState.Init);
        rig.Say(BfdState.Up, final: true);
        Assert.Equal(BfdState.Up, rig.Session.State);
        rig.Wire.Sent.Clear();
        rig.Changes.Clear();
        return rig;
    }

    public void Set(params string[] peers)
    {
        Loop.SetPeers([.. peers.Select(static peer => Options(peer))]);
        Loop.Turn();
    }

    public static BfdPeerOptions Options(string peer) =>
        new() { Address = IPAddress.Parse(peer), Intervals = BfdIntervals.Fastest };

    /// <summary>A packet of the first peer, heard at once.</summary>
    public void Say(BfdState state, bool final = false, int ttl = 255)
    {
        Wire.Put(Peer, Hello with
        {
            State = state,
            Final = final,
            YourDiscriminator = Session.LocalDiscriminator,
        }, ttl);
        Loop.Turn();
    }

    /// <summary>Sleeps and turns as the thread does, for so many milliseconds.</summary>
    public void Pass(double ms)
    {
        long endNs = Wire.NowNs + (long)(ms * 1e6);
        for (int turns = 0; ; turns++)
        {
            Assert.True(turns < 100_000, "the loop spins");
            long sleepNs = Loop.Turn();
            if (sleepNs >= endNs - Wire.NowNs)
                break;
            Wire.NowNs += sleepNs;
        }

        Wire.NowNs = endNs;
        Loop.Turn();
    }

    public IEnumerable<BfdPacket> SentTo(string peer) =>
        Wire.Sent.Where(s => s.To == UdpSocket.ToNumber(IPAddress.Parse(peer))).Select(static s => s.Packet);
}
