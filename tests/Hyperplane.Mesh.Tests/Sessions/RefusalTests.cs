using System.Net;
using Hyperplane.Mesh.Handshakes;
using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>Who is not let in; node 2 knows node 1 at 127.0.0.1 only.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TestNode _two = new(2);

    public RefusalTests() => Know(_two);

    public void Dispose() => _two.Dispose();

    [Fact]
    public void A_connection_from_an_unknown_address_is_closed_at_once()
    {
        using var raw = new RawPeer(_two, from: 9);
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.UnknownAddress);
    }

    [Theory]
    [InlineData(3, 2)] // not in the list
    [InlineData(1, 5)] // for somebody else
    [InlineData(2, 2)] // itself
    public void A_hello_of_a_node_that_is_not_expected_is_refused(ushort node, ushort to)
    {
        using var raw = new RawPeer(_two, from: 1);
        raw.Send(RawPeer.Hello(node, to));
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.UnknownNode);
    }

    [Fact]
    public void The_higher_node_must_not_connect()
    {
        using var one = new TestNode(1);
        one.Host.SetPeers([new MeshPeer(2, new IPEndPoint(IPAddress.Parse("127.0.0.2"), 1))]);
        using var raw = new RawPeer(one, from: 2);
        raw.Send(RawPeer.Hello(2, 1));
        raw.AwaitEnd();
        one.AwaitRefusals(MeshRefusal.UnknownNode);
    }

    [Fact]
    public void Another_cell_is_refused_by_name()
    {
        using var raw = new RawPeer(_two, from: 1);
        raw.Send(RawPeer.Hello(1, 2, cell: "other"));
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.OtherCell);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        using var raw = new RawPeer(_two, from: 1);
        byte[] hello = RawPeer.Hello(1, 2);
        hello[4] = 2;
        raw.Send(hello);
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.UnknownVersion);
    }

    [Fact]
    public void A_proof_without_the_key_is_refused()
    {
        using var raw = new RawPeer(_two, from: 1);
        raw.Send(RawPeer.Hello(1, 2));
        Assert.Equal(MeshHello.Bytes + SessionKeys.ProofBytes, raw.Receive(
            MeshHello.Bytes + SessionKeys.ProofBytes).Length);
        raw.Send(new byte[SessionKeys.ProofBytes]);
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.BadProof);
    }

    [Fact]
    public void A_node_with_another_key_comes_up_on_neither_side()
    {
        using var one = new TestNode(1, change: static options => options with { Key = new byte[32] });
        one.Host.SetPeers([_two.AsPeer]);
        one.AwaitRefusals(MeshRefusal.BadProof, 3);
        _two.AwaitRefusals(MeshRefusal.HandshakeClosed, 3);
        Assert.Equal(0, one.StatusOf(2).Connects + _two.StatusOf(1).Connects);
    }

    [Fact]
    public void A_node_of_another_cell_comes_up_on_neither_side()
    {
        using var one = new TestNode(1, change: static options => options with { Cell = "other" });
        one.Host.SetPeers([_two.AsPeer]);
        _two.AwaitRefusals(MeshRefusal.OtherCell, 3);
        Assert.Equal(0, one.StatusOf(2).Connects + _two.StatusOf(1).Connects);
    }

    [Fact]
    public void A_handshake_that_drips_is_ended_at_its_limit()
    {
        using var two = new TestNode(2, change: static options => options with
        {
            HandshakeLimit = TimeSpan.FromMilliseconds(50),
        });
        Know(two);
        using var raw = new RawPeer(two, from: 1);
        using var silent = new RawPeer(two, from: 1);
        raw.Send(RawPeer.Hello(1, 2).AsSpan(0, 50));
        raw.AwaitEnd();
        silent.AwaitEnd();
        two.AwaitRefusals(MeshRefusal.HandshakeTimeout, 2);
    }

    [Fact]
    public void More_than_64_handshakes_at_a_time_are_refused_and_the_others_go_on()
    {
        using var two = new TestNode(2, change: static options => options with
        {
            HandshakeLimit = TimeSpan.FromSeconds(60),
        });
        Know(two);
        RawPeer[] raws = [.. Enumerable.Range(0, 70).Select(_ => new RawPeer(two, from: 1))];
        try
        {
            two.AwaitRefusals(MeshRefusal.TooManyPending, 6);
            raws[0].Send(RawPeer.Hello(1, 2));
            Assert.Equal(136, raws[0].Receive(136).Length);
            Assert.Equal(6, two.Host.Status().Refused[MeshRefusal.TooManyPending]);
        }
        finally
        {
            Array.ForEach(raws, static raw => raw.Dispose());
        }
    }

    [Fact]
    public void Any_bytes_are_refused_and_the_host_goes_on()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(6, 400)];
            random.NextBytes(bytes);
            if (seed % 2 == 0)
                RawPeer.Hello(1, 2).AsSpan(0, Math.Min(bytes.Length, random.Next(105))).CopyTo(bytes);
            using var raw = new RawPeer(_two, from: 1);
            raw.Send(bytes);
        }

        _two.AwaitTurn(() => _two.Host.Status().Refused.Values.Sum() == 300);
        using var one = new TestNode(1);
        one.Host.SetPeers([_two.AsPeer]);
        _two.Host.SetPeers([one.AsPeer]);
        Assert.Equal(1, _two.Next<WentUp>().Node);
    }

    private static void Know(TestNode two)
    {
        two.Host.SetPeers([new MeshPeer(1, new IPEndPoint(IPAddress.Loopback, 1))]);
        two.AwaitTurn(() => two.Host.Status().Peers.Count == 1);
    }
}
