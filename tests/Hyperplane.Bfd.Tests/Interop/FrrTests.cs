namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>Against FRR's bfdd as the router, 50 ms × 3.</summary>
[Collection("routers")]
public sealed class FrrTests
{
    private const string Router = "10.99.0.1";

    /// <summary>Detection takes 0.15 s; the rest is for a loaded machine and for asking FRR.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_session_comes_up_and_settles_at_the_intervals_of_both()
    {
        using var lab = new BfdLab();
        using var router = new FrrRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        string seen = Eventually.Says(router.Peers, "\"remote-transmit-interval\":50");
        Assert.Contains("\"status\":\"up\"", seen, StringComparison.Ordinal);
        Assert.Contains("\"remote-receive-interval\":50", seen, StringComparison.Ordinal);
        Assert.Contains("\"remote-detect-multiplier\":3", seen, StringComparison.Ordinal);
        BfdPeerStatus status = node.Status();
        Assert.Equal((BfdState.Up, BfdState.Up, null), (status.State, status.RemoteState, status.Error));
        Assert.Equal(TimeSpan.FromMilliseconds(150), status.DetectionTime);
        Assert.Equal(TimeSpan.FromMilliseconds(50), status.TransmitInterval);
        Assert.Equal(0, status.SendFailures);
    }

    [Fact]
    public async Task A_node_that_is_not_fresh_is_silent_and_FRR_finds_it_failed()
    {
        using var lab = new BfdLab();
        using var router = new FrrRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Peers, "\"status\":\"up\"");
        node.Fresh = false;
        string seen = Eventually.Says(router.Peers, "\"status\":\"down\"", Soon);
        Assert.Contains("\"diagnostic\":\"control detection time expired\"", seen, StringComparison.Ordinal);
        BfdChange down = await node.Until(BfdState.Down);
        Assert.Equal((BfdCause.PeerDown, true), (down.Cause, down.IsFault));
        Assert.Equal(BfdDiagnostic.ControlDetectionTimeExpired, down.RemoteDiagnostic);
        Assert.True(node.Status().Suppressed > 0);
        node.Fresh = true;
        await node.Until(BfdState.Up);
        Assert.Equal(1, node.Status().Flaps);
    }

    [Fact]
    public async Task An_unplugged_router_is_given_up_and_comes_back_by_itself()
    {
        using var lab = new BfdLab();
        using var router = new FrrRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        lab.Unplug(1);
        BfdChange down = await node.Until(BfdState.Down);
        Assert.Equal((BfdState.Up, BfdCause.DetectionTimeExpired, true), (down.From, down.Cause, down.IsFault));
        Assert.Equal(BfdDiagnostic.ControlDetectionTimeExpired, node.Status().LastDiagnostic);
        lab.Plug(1);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Peers, "\"status\":\"up\"");
    }

    [Fact]
    public async Task A_removed_peer_is_told_that_the_end_is_meant_and_may_be_added_again()
    {
        using var lab = new BfdLab();
        using var router = new FrrRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Peers, "\"status\":\"up\"");
        node.Speaker.SetPeers([]);
        AssertMeant(Eventually.Says(router.Peers, "\"status\":\"down\"", Soon));
        Assert.Equal(BfdCause.Ours, (await node.Until(BfdState.AdminDown)).Cause);
        Assert.Empty(node.Speaker.Peers);
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Peers, "\"status\":\"up\"");
        node.Speaker.Close();
        AssertMeant(Eventually.Says(router.Peers, "\"status\":\"down\"", Soon));
    }

    [Fact]
    public async Task Intervals_change_while_the_session_stays_up()
    {
        using var lab = new BfdLab();
        using var router = new FrrRouter(lab);
        using var node = new Node(lab.Host(11));
        node.Speaker.SetPeers([Node.Peer(Router)]);
        await node.Until(BfdState.Up);
        Eventually.Says(router.Peers, "\"remote-transmit-interval\":50");
        foreach (BfdIntervals intervals in (BfdIntervals[])[BfdIntervals.Default, BfdIntervals.Fastest])
        {
            node.Speaker.SetPeers([Node.Peer(Router, intervals)]);
            string wanted = $"\"remote-transmit-interval\":{intervals.DesiredMinTxMs}";
            string seen = Eventually.Says(router.Peers, wanted);
            Assert.Contains($"\"remote-receive-interval\":{intervals.RequiredMinRxMs}", seen, StringComparison.Ordinal);
            await TestProbe.Until(() => node.Status().DetectionTime == TimeSpan.FromTicks(intervals.DetectionNs / 100));
        }

        Assert.Equal((BfdState.Up, 0), (node.Status().State, node.Status().Flaps));
    }

    private static void AssertMeant(string seen)
    {
        Assert.Contains("\"diagnostic\":\"neighbor signaled session down\"", seen, StringComparison.Ordinal);
        Assert.Contains("\"remote-diagnostic\":\"administratively down\"", seen, StringComparison.Ordinal);
    }
}
