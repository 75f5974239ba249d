using System.Net;
using Hyperplane.Mesh.Sessions;
using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>The list of peers and the pauses between attempts.</summary>
public sealed class PeerTableTests
{
    private static readonly MeshOptions Options = new()
    {
        Cell = "test",
        NodeId = 5,
        Start = 1,
        Key = TestNode.CellKey,
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Seed = 7,
    };

    [Fact]
    public void The_lower_node_connects_and_the_own_entry_is_passed_over()
    {
        var table = new PeerTable(Options);
        Assert.Empty(table.Apply([Peer(9), Peer(5), Peer(1)], 0));
        Assert.Equal([(1, false), (9, true)], table.All.Select(static peer => ((int)peer.Peer.NodeId, peer.WeConnect)));
    }

    [Fact]
    public void A_list_keeps_who_stays_and_gives_who_is_gone_or_moved()
    {
        var table = new PeerTable(Options);
        table.Apply([Peer(1), Peer(2), Peer(9)], 0);
        PeerState stays = table.Find(1)!;
        table.Find(9)!.Start = 77;
        IReadOnlyList<PeerState> gone = table.Apply([Peer(1), Peer(9, port: 2)], 0);
        Assert.Equal([2, 9], gone.Select(static peer => (int)peer.Peer.NodeId).Order());
        Assert.Same(stays, table.Find(1));
        Assert.Null(table.Find(2));
        Assert.Equal(2, table.Find(9)!.Peer.Address.Port);
        Assert.Equal(77UL, table.Find(9)!.Start); // an older start stays refused
    }

    [Fact]
    public void Pauses_double_from_20_ms_to_a_second_with_up_to_half_of_them_left_out_by_chance()
    {
        var table = new PeerTable(Options);
        table.Apply([Peer(9)], 0);
        PeerState peer = table.Find(9)!;
        double[] fullMs = [20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000];
        double[] pausesMs = [.. fullMs.Select(_ =>
        {
            table.PlanRetry(peer, nowNs: 0, held: false);
            return peer.RetryAtNs / 1e6;
        })];
        Assert.All(fullMs.Zip(pausesMs), static pair => Assert.InRange(pair.Second, pair.First / 2, pair.First));
        Assert.Equal(pausesMs.Length, pausesMs.Distinct().Count());
        table.PlanRetry(peer, nowNs: 0, held: true);
        Assert.InRange(peer.RetryAtNs / 1e6, 10, 20);
    }

    private static MeshPeer Peer(ushort node, int port = 1) => new(node, new IPEndPoint(IPAddress.Loopback, port));
}
