using System.Net;
using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>How connections begin and end, between real hosts.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public void Five_nodes_all_see_each_other_up()
    {
        TestNode[] nodes = [.. Enumerable.Range(1, 5).Select(static id => new TestNode((ushort)id, (ulong)id * 10))];
        try
        {
            TestNode.Join(nodes);
            Assert.All(nodes, node => Assert.Equal(
                nodes.Where(other => other != node).Select(static other => (other.Id, other.Id * 10UL, true)),
                node.Host.Status().Peers.Select(static peer => (peer.NodeId, peer.Start, peer.IsUp))));
        }
        finally
        {
            Array.ForEach(nodes, static node => node.Dispose());
        }
    }

    [Fact]
    public void A_message_goes_and_comes_back()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        one.Send(2, 7, [1, 2, 3]);
        GotMessage there = two.Next<GotMessage>();
        Assert.Equal((1, 7), (there.Node, there.Type));
        Assert.Equal([1, 2, 3], there.Body);
        two.Send(1, 8, []);
        GotMessage back = one.Next<GotMessage>();
        Assert.Equal((2, 8), (back.Node, back.Type));
        Assert.Empty(back.Body);
    }

    [Fact]
    public void Goodbye_is_told_to_all_after_what_was_sent_before()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        using var three = new TestNode(3);
        TestNode.Join(one, two, three);
        using var sent = new ManualResetEventSlim();
        two.Do(mesh =>
        {
            mesh.TrySend(1, 1, new byte[100_000]);
            mesh.TrySend(3, 1, new byte[100_000]);
            sent.Set();
        });
        sent.Wait();
        two.Host.Goodbye();
        Assert.Equal(100_000, one.Next<GotMessage>().Body.Length);
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Goodbye), one.Next<WentDown>());
        Assert.Equal(100_000, three.Next<GotMessage>().Body.Length);
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Goodbye), three.Next<WentDown>());
    }

    [Fact]
    public void An_end_without_goodbye_is_seen_as_closed()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        two.Host.Dispose();
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Closed), one.Next<WentDown>());
    }

    [Fact]
    public void A_peer_taken_off_the_list_goes_down_on_both_sides_and_comes_back_with_it()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        two.Host.SetPeers([]);
        Assert.Equal(new WentDown(1, 1, MeshDownReason.Removed), two.Next<WentDown>());
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Removed), one.Next<WentDown>());
        two.Host.SetPeers([one.AsPeer]);
        Assert.Equal(new WentUp(2, 1), one.Next<WentUp>());
        Assert.Equal(new WentUp(1, 1), two.Next<WentUp>());
    }

    [Fact]
    public void A_disconnect_tells_both_sides_its_reason_and_the_connection_is_made_anew()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        two.Do(static mesh => mesh.Disconnect(1, MeshDownReason.Unresponsive));
        Assert.Equal(MeshDownReason.Unresponsive, two.Next<WentDown>().Reason);
        Assert.Equal(MeshDownReason.Unresponsive, one.Next<WentDown>().Reason);
        Assert.Equal(new WentUp(2, 1), one.Next<WentUp>());
        Assert.Equal(new WentUp(1, 1), two.Next<WentUp>());
    }

    [Fact]
    public void A_new_incarnation_looks_to_its_peers_like_the_death_of_the_old_one()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        two.Do(static mesh => mesh.Restart(5));
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Closed), one.Next<WentDown>());
        Assert.Equal(new WentUp(2, 5), one.Next<WentUp>());
        Assert.Equal(new WentDown(1, 1, MeshDownReason.Replaced), two.Next<WentDown>());
        Assert.Equal(new WentUp(1, 1), two.Next<WentUp>());
    }

    [Fact]
    public void A_newer_start_takes_the_place_of_an_older_one_which_cannot_come_back()
    {
        using var old = new TestNode(1, start: 1);
        using var two = new TestNode(2);
        TestNode.Join(old, two);
        using var young = new TestNode(1, start: 2);
        young.Host.SetPeers([two.AsPeer]);
        Assert.Equal(new WentUp(2, 1), young.Next<WentUp>());
        Assert.Equal(new WentDown(1, 1, MeshDownReason.Replaced), two.Next<WentDown>());
        Assert.Equal(new WentUp(1, 2), two.Next<WentUp>());
        Assert.Equal(MeshDownReason.Replaced, old.Next<WentDown>().Reason);
        two.AwaitRefusals(MeshRefusal.OlderStart);
        Assert.Equal(2UL, two.StatusOf(1).Start);
    }

    [Fact]
    public void A_thread_held_up_sees_the_gap_and_then_everything_that_came_meanwhile_before_its_turn()
    {
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        two.Do(_ =>
        {
            held.Set();
            release.Wait();
        });
        held.Wait();
        long? heldAtNs = null;
        one.AwaitTurn(() =>
        {
            long nowNs = TimeProvider.System.GetTimestamp();
            heldAtNs ??= nowNs;
            return nowNs - heldAtNs > 300_000_000;
        });
        one.Do(mesh =>
        {
            for (int i = 0; i < 100; i++)
                mesh.TrySend(2, 1, new byte[10_000]);
        });
        one.AwaitTurn(() => one.StatusOf(2) is { MessagesOut: 100, QueuedBytes: 0 });
        int atTurn = -1;
        int turns = 0;
        two.OnTurnAlso = _ =>
        {
            if (++turns == 2) // the first is the one that is held up
                atTurn = (int)two.StatusOf(1).MessagesIn;
            return long.MaxValue;
        };
        release.Set();
        while (two.NextGapNs() < 300_000_000)
            continue;
        for (int i = 0; i < 100; i++)
            two.Next<GotMessage>();
        two.AwaitTurn(() => atTurn >= 0);
        Assert.Equal(100, atTurn);
    }

    [Fact]
    public void All_messages_of_a_turn_leave_by_one_system_call_and_need_no_frame_each()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        one.Do(static mesh =>
        {
            for (int i = 0; i < 500; i++)
                mesh.TrySend(2, 1, new byte[64]);
        });
        for (int i = 0; i < 500; i++)
            two.Next<GotMessage>();
        one.AwaitTurn(() => one.StatusOf(2).BytesOut > 0); // counted when the call has come back
        Assert.Equal(1, one.StatusOf(2).Sends);
        // 240 of them fill a frame.
        const int Bytes = (3 * 20) + (500 * 68);
        Assert.Equal(Bytes, one.StatusOf(2).BytesOut);
        two.AwaitTurn(() => two.StatusOf(1) is { MessagesIn: 500, BytesIn: Bytes });
    }

    [Fact]
    public void A_node_that_starts_again_at_its_address_is_found_again()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        IPEndPoint address = two.Host.ListenEndPoint;
        two.Host.Dispose();
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Closed), one.Next<WentDown>());
        using var again = new TestNode(2, start: 2, options => options with { Listen = address });
        again.Host.SetPeers([one.AsPeer]);
        Assert.Equal(new WentUp(2, 2), one.Next<WentUp>());
        Assert.Equal(new WentUp(1, 1), again.Next<WentUp>());
    }

    [Fact]
    public void Nodes_of_IPv6_addresses_find_each_other()
    {
        static MeshOptions OnLoopback(MeshOptions options) =>
            options with { Listen = new IPEndPoint(IPAddress.IPv6Loopback, 0) };
        using var one = new TestNode(1, change: OnLoopback);
        using var two = new TestNode(2, change: OnLoopback);
        TestNode.Join(one, two);
        two.Send(1, 3, [9]);
        Assert.Equal([9], one.Next<GotMessage>().Body);
    }

    [Fact]
    public async Task Nothing_can_be_sent_to_a_node_that_is_not_up_nor_longer_or_of_another_type_than_allowed()
    {
        using var one = new TestNode(1);
        using var two = new TestNode(2);
        TestNode.Join(one, two);
        var results = new TaskCompletionSource<object?[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        one.Do(mesh => results.SetResult(
        [
            mesh.TrySend(3, 1, []),
            mesh.FreeBytes(3),
            Record.Exception(() => mesh.TrySend(2, MeshHost.MaxType + 1, [])),
            Record.Exception(() => mesh.TrySend(2, 1, new byte[262_145])),
            Record.Exception(() => mesh.Disconnect(2, MeshDownReason.Closed)),
            mesh.TrySend(2, MeshHost.MaxType, new byte[262_144]),
        ]));
        object?[] got = await results.Task;
        Assert.Equal([false, 0, true], [got[0], got[1], got[5]]);
        Assert.All(got[2..5], static thrown => Assert.IsType<ArgumentOutOfRangeException>(thrown));
        Assert.Equal(262_144, two.Next<GotMessage>().Body.Length);
    }
}
