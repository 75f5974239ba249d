namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>Against BIRD 2 as the router, 50 ms × 3.</summary>
[Collection("routers")]
public sealed class BirdTests
{
    private const string Router = "10.99.0.1";

    [Fact]
    public async Task A_session_comes_up_fails_with_the_wire_and_comes_back()
    {
        using var lab = new BfdLab();
        using var router = new BirdRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Sessions, "Up");
        await TestProbe.Until(() => node.Status().DetectionTime == TimeSpan.FromMilliseconds(150));
        lab.Unplug(11);
        BfdChange down = await node.Until(BfdState.Down);
        Assert.Equal(BfdCause.DetectionTimeExpired, down.Cause);
        lab.Plug(11);
        await node.Until(BfdState.Up);
    }

    [Fact]
    public async Task Silence_and_a_goodbye_take_the_session_down_and_a_change_of_intervals_does_not()
    {
        using var lab = new BfdLab();
        using var router = new BirdRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        node.Speaker.SetPeers([Node.Peer(Router, BfdIntervals.Fast)]);
        await TestProbe.Until(() => node.Status().DetectionTime == TimeSpan.FromMilliseconds(300));
        Assert.Equal((BfdState.Up, 0), (node.Status().State, node.Status().Flaps));
        node.Fresh = false;
        Assert.Equal(BfdCause.PeerDown, (await node.Until(BfdState.Down)).Cause);
        node.Fresh = true;
        await node.Until(BfdState.Up);
        Eventually.Says(router.Sessions, "Up");
        node.Speaker.Close();
        Eventually.Says(router.Sessions, "Down");
    }
}
