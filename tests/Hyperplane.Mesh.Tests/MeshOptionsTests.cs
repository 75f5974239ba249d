using System.Net;
using Hyperplane.Mesh.Tests.Hosts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Mesh.Tests;

/// <summary>What a host refuses to begin with.</summary>
public sealed class MeshOptionsTests
{
    private static readonly MeshOptions Good = new()
    {
        Cell = "test",
        NodeId = 1,
        Start = 1,
        Key = TestNode.CellKey,
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
    };

    [Fact]
    public void The_defaults_are_fine() => Assert.Empty(Good.Problems());

    [Fact]
    public void All_problems_are_named_at_once()
    {
        MeshOptions bad = Good with
        {
            Cell = "",
            Key = new byte[15],
            Listen = new IPEndPoint(IPAddress.Any, 0),
            MaxFrameBytes = 100,
            SendQueueBytes = 100,
            HandshakeLimit = TimeSpan.Zero,
            MaxPendingHandshakes = 0,
            RetryMax = TimeSpan.FromHours(1),
            RetryFirst = TimeSpan.Zero,
            UserTimeout = TimeSpan.Zero,
            GapLimit = TimeSpan.Zero,
            GoodbyeLimit = TimeSpan.FromHours(1),
            LingerLimit = TimeSpan.FromHours(1),
        };
        var thrown = Assert.Throws<ArgumentException>(
            () => new MeshHost(bad, new Nobody(), NullLogger<MeshHost>.Instance, TimeProvider.System));
        string[] names =
        [
            "Cell", "Key", "Listen", "MaxFrameBytes", "SendQueueBytes", "HandshakeLimit", "MaxPendingHandshakes",
            "RetryMax", "RetryFirst", "UserTimeout", "GapLimit", "GoodbyeLimit", "LingerLimit",
        ];
        Assert.All(names, name => Assert.Contains(name, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_key_is_not_in_the_text_of_the_options()
    {
        MeshOptions options = Good with { Key = "a secret of cells"u8.ToArray() };
        Assert.Equal("test/1 start 1 on 127.0.0.1:0", options.ToString());
    }

    [Fact]
    public void A_list_with_one_id_twice_or_too_many_peers_is_refused()
    {
        using var node = new TestNode(1);
        MeshPeer peer = new(2, new IPEndPoint(IPAddress.Loopback, 1));
        Assert.Throws<ArgumentException>(() => node.Host.SetPeers([peer, peer]));
        Assert.Throws<ArgumentException>(
            () => node.Host.SetPeers([.. Enumerable.Range(2, 65).Select(id => peer with { NodeId = (ushort)id })]));
    }

    [Fact]
    public void An_address_in_use_is_an_error_of_start()
    {
        using var node = new TestNode(1);
        using var second = new MeshHost(
            Good with { Listen = node.Host.ListenEndPoint }, new Nobody(), NullLogger<MeshHost>.Instance,
            TimeProvider.System);
        Assert.Throws<IOException>(second.Start);
    }

    private sealed class Nobody : IMeshHandler
    {
        public void OnUp(ushort node, ulong start)
        {
        }

        public void OnDown(ushort node, ulong start, MeshDownReason reason)
        {
        }

        public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body)
        {
        }

        public long OnTurn(long nowNs) => long.MaxValue;
    }
}
