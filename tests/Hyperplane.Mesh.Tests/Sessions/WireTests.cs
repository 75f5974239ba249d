using Hyperplane.Mesh.Handshakes;
using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>What happens to bytes between two hosts.</summary>
public sealed class WireTests : IDisposable
{
    private const int HandshakeBytes = MeshHello.Bytes + SessionKeys.ProofBytes;
    private readonly TestNode _one = new(1);
    private readonly TestNode _two = new(2);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_messages_in_random_pieces_arrive_whole_and_in_order_on_both_sides(int seed)
    {
        const int Messages = 1_500;
        var pieces = new Random(seed);
        using var proxy = new Proxy(_two)
        {
            Piece = () =>
            {
                lock (pieces)
                    return pieces.Next(4) == 0 ? pieces.Next(1, 50) : pieces.Next(1, 65_536);
            },
        };
        Join(proxy);
        var streams = new[] { (From: _one, To: _two), (From: _two, To: _one) };
        foreach ((TestNode from, TestNode to) in streams)
        {
            var random = new Random(seed * 10);
            int sent = 0;
            from.OnTurnAlso = _ =>
            {
                for (int i = 0; i < 100 && sent < Messages && from.Host.FreeBytes(to.Id) > 300_000; i++, sent++)
                    Assert.True(from.Host.TrySend(to.Id, (byte)(sent % 240), Body(random)));
                return sent < Messages ? 0 : long.MaxValue;
            };
            from.Host.Wake();
        }

        foreach ((_, TestNode to) in streams)
        {
            var random = new Random(seed * 10);
            for (int i = 0; i < Messages; i++)
            {
                GotMessage got = to.Next<GotMessage>();
                Assert.Equal(i % 240, got.Type);
                Assert.True(Body(random).AsSpan().SequenceEqual(got.Body), $"message {i}");
            }
        }
    }

    [Fact]
    public void A_recorded_session_is_worth_nothing_later()
    {
        using var proxy = new Proxy(_two);
        Join(proxy);
        _one.Send(2, 5, [1, 2, 3]);
        _two.Next<GotMessage>();
        byte[] recorded;
        lock (proxy.Recorded)
            recorded = proxy.Recorded.ToArray();
        Assert.InRange(recorded.Length, HandshakeBytes + 27, 1_000);
        using var raw = new RawPeer(_two, from: 1);
        raw.Send(recorded);
        raw.AwaitEnd();
        _two.AwaitRefusals(MeshRefusal.BadProof);
        _one.Send(2, 6, []); // the true connection goes on
        Assert.Equal(6, _two.Next<GotMessage>().Type);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(23)]
    [InlineData(30)]
    public void One_bit_changed_in_a_frame_ends_the_connection_and_nothing_is_delivered(int place)
    {
        using var proxy = new Proxy(_two)
        {
            Change = (bytes, at) =>
            {
                long index = HandshakeBytes + place - at;
                if (index >= 0 && index < bytes.Length)
                    bytes.Span[(int)index] ^= place == 3 ? (byte)64 : (byte)1;
            },
        };
        Join(proxy);
        _one.Send(2, 5, new byte[10]);
        _one.AwaitTurn(() => _one.StatusOf(2).BytesOut > 0);
        if (place == 0)
            _one.Send(2, 5, new byte[10]); // a length greater by one waits for a byte
        Assert.Equal(new WentDown(1, 1, MeshDownReason.Refused), _two.Next<WentDown>());
        Assert.Equal(1, _two.Host.Status().Refused[place == 3 ? MeshRefusal.BadLength : MeshRefusal.BadTag]);
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Refused), _one.Next<WentDown>());
    }

    [Fact]
    public void Bytes_put_into_a_session_by_somebody_else_end_it()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var one = new TestNode(1);
            using var two = new TestNode(2);
            var random = new Random(seed);
            using var proxy = new Proxy(two)
            {
                Change = (bytes, at) =>
                {
                    if (at >= HandshakeBytes)
                        random.NextBytes(bytes.Span);
                },
            };
            one.Host.SetPeers([proxy.AsPeer]);
            two.Host.SetPeers([one.AsPeer]);
            one.Next<WentUp>();
            two.Next<WentUp>();
            one.Send(2, 1, new byte[300_000 % (1_000 * (seed + 1))]);
            Assert.Equal(new WentDown(1, 1, MeshDownReason.Refused), two.Next<WentDown>());
        }
    }

    [Fact]
    public void A_peer_that_does_not_read_costs_a_bounded_queue_and_then_the_connection()
    {
        const int QueueBytes = 1 << 20;
        using var one = new TestNode(1, start: 1, static options => options with
        {
            SendQueueBytes = QueueBytes,
            LingerLimit = TimeSpan.FromSeconds(60),
            UserTimeout = TimeSpan.FromSeconds(60),
        });
        one.Host.SetPeers([_two.AsPeer]);
        _two.Host.SetPeers([one.AsPeer]);
        one.Next<WentUp>();
        _two.Next<WentUp>();
        var held = new ManualResetEventSlim();
        var release = new ManualResetEventSlim();
        _two.Do(_ =>
        {
            held.Set();
            release.Wait();
        });
        held.Wait();
        int sent = 0;
        int mostQueued = 0;
        one.OnTurnAlso = _ =>
        {
            for (int i = 0; i < 10 && one.Host.TrySend(2, 1, new byte[10_000]); i++)
            {
                sent++;
                mostQueued = Math.Max(mostQueued, one.StatusOf(2).QueuedBytes);
            }

            return one.Host.FreeBytes(2) > 0 ? 0 : long.MaxValue;
        };
        one.Host.Wake();
        Assert.Equal(new WentDown(2, 1, MeshDownReason.Overflow), one.Next<WentDown>());
        one.OnTurnAlso = null;
        Assert.InRange(mostQueued, QueueBytes - 20_000, QueueBytes);
        release.Set();
        for (int i = 0; i < sent; i++)
            Assert.Equal(10_000, _two.Next<GotMessage>().Body.Length);
        Assert.True(_two.Next<WentDown>().Reason is MeshDownReason.Overflow or MeshDownReason.Replaced);
        Assert.Equal(1, _two.Next<WentUp>().Node);
    }

    private static byte[] Body(Random random)
    {
        int bytes = random.Next(50) switch
        {
            0 => random.Next(262_145),
            < 10 => random.Next(5_000),
            _ => random.Next(200),
        };
        byte[] body = new byte[bytes];
        random.NextBytes(body);
        return body;
    }

    private void Join(Proxy proxy)
    {
        _one.Host.SetPeers([proxy.AsPeer]);
        _two.Host.SetPeers([_one.AsPeer]);
        _one.Next<WentUp>();
        _two.Next<WentUp>();
    }
}
