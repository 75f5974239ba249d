using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using static Hyperplane.Dataplane.Packets.TcpFlags;
using static Hyperplane.Dataplane.Tests.Pipeline.DirectBench;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Mode dsr, and a path to the target that carries less than the node's interface.</summary>
public sealed class PathMtuTests : IDisposable
{
    private const int PathBytes = 1_400;
    private const int AllQuoted = 576;

    private readonly DirectBench _bench = new();

    /// <summary>Every tunnel; what it adds to a packet without the outer IP header.</summary>
    public static TheoryData<TunnelKind, uint, int> Kinds => new()
    {
        { TunnelKind.Gue, 0u, 12 },
        { TunnelKind.Ipip, 0u, 0 },
        { TunnelKind.Gre, 0u, 4 },
        { TunnelKind.Gre, 0x0a0b0cu, 8 },
        { TunnelKind.Vxlan, 7u, 30 },
    };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_sent_the_packet_inside_is_told_at_once_and_who_sends_another_long_one_too(
        TunnelKind kind, uint network, int between)
    {
        foreach (string target in (string[])[Target4, Target6])
        {
            foreach (string client in (string[])[Bench.Client, Bench.Client6])
            {
                using var bench = new DirectBench();
                bench.Use(new TunnelModel(kind, NetworkId: network), target);
                byte[] outer = Establish(bench, client);
                int longest = PathBytes - between - IpHeader.Bytes(IsIpv4(target));
                byte[] told = Assert.Single(bench.Give(Error(outer, PathBytes, AllQuoted)));
                ExpectTooBig(told, client, longest);
                Assert.Equal(Frame.Address(target), Assert.Single(bench.Paths.Addresses));
                byte[] again = Assert.Single(bench.Give(Long(client, longest + 1)));
                ExpectTooBig(again, client, longest);
                byte[] passes = Assert.Single(bench.Give(Long(client, longest)));
                Assert.Equal(PathBytes, Frame.Read(passes).TotalBytes);
                Assert.Equal(1ul, bench.Pipeline.Counters.Packets[PacketCounter.PathMtuLearned]);
                Assert.Equal(2ul, bench.Pipeline.Counters.Packets[PacketCounter.TooBigSent]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_error_that_quotes_eight_bytes_behind_the_outer_header_is_learned_from(
        TunnelKind kind, uint network, int between)
    {
        _bench.Use(new TunnelModel(kind, NetworkId: network), Target4);
        byte[] outer = Establish(_bench, Bench.Client);
        Assert.Empty(_bench.Give(Error(outer, PathBytes, quotedBytes: 28)));
        Assert.Equal(1ul, _bench.Pipeline.Counters.Packets[PacketCounter.PathMtuLearned]);
        int longest = PathBytes - between - 20;
        ExpectTooBig(
            Assert.Single(_bench.Give(Long(Bench.Client, longest + 1))), Bench.Client, longest);
    }

    [Fact]
    public void A_packet_that_may_be_cut_is_cut_for_the_path()
    {
        _bench.Use(new TunnelModel(TunnelKind.Gue), Target4);
        _bench.Give(Error(Establish(_bench, Bench.Client), PathBytes, AllQuoted));
        byte[] mayBeCut = Long(Bench.Client, 1_400);
        mayBeCut[20] = 0;
        FixIpChecksum(mayBeCut);
        List<byte[]> pieces = _bench.Give(mayBeCut);
        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, piece => Assert.InRange(Frame.Read(piece).TotalBytes, 1, PathBytes));
    }

    [Fact]
    public void What_was_learned_is_forgotten_after_ten_minutes_and_only_time_makes_a_path_wider()
    {
        _bench.Use(new TunnelModel(TunnelKind.Gue), Target4);
        byte[] outer = Establish(_bench, Bench.Client);
        _bench.Give(Error(outer, 1_300, AllQuoted));
        _bench.Give(Error(outer, PathBytes, AllQuoted));
        Assert.Equal(1_300, _bench.Paths.Of(Frame.Address(Target4), 1_500));
        _bench.Time.NowNs += PathMtus.LifeNs - 1;
        _bench.Give(Error(outer, 1_300, AllQuoted));
        Assert.Single(_bench.Paths.Addresses);
        _bench.Time.NowNs++;
        _bench.Give([]);
        Assert.Empty(_bench.Paths.Addresses);
        Assert.Equal(1_452, Frame.Read(Establish(_bench, Bench.Client, port: 41_000)).TotalBytes);
    }

    [Fact]
    public void A_path_is_not_believed_to_carry_less_than_every_host_takes()
    {
        foreach ((string target, int least) in new[]
        {
            (Target4, PathMtus.LeastIpv4Bytes), (Target6, PathMtus.LeastIpv6Bytes),
        })
        {
            _bench.Use(new TunnelModel(TunnelKind.Gue), target);
            ushort port = IsIpv4(target) ? (ushort)41_000 : (ushort)41_001;
            _bench.Give(Error(Establish(_bench, Bench.Client, port), mtuBytes: 68, AllQuoted));
            Assert.Equal(least, _bench.Paths.Of(Frame.Address(target), 1_500));
        }
    }

    [Theory]
    [InlineData("checksum")]
    [InlineData("other source")]
    [InlineData("other target, all quoted")]
    [InlineData("other target, little quoted")]
    [InlineData("other client")]
    [InlineData("wider than the packet")]
    [InlineData("other error")]
    [InlineData("cut packet")]
    public void A_forged_error_changes_nothing(string forgery)
    {
        _bench.Use(new TunnelModel(TunnelKind.Gue), Target4);
        byte[] outer = Establish(_bench, Bench.Client);
        int quotedBytes = forgery.EndsWith("little quoted", StringComparison.Ordinal) ? 28 : AllQuoted;
        Action<byte[]> forge = forgery switch
        {
            "other source" => quoted => quoted[15]++,
            "other target, all quoted" or "other target, little quoted" => quoted => quoted[19]++,
            "other client" => quoted => quoted[20 + 12 + 15]++,
            "cut packet" => quoted => quoted[7] = 1,
            _ => _ => { },
        };
        byte[] error = Error(outer, forgery == "wider than the packet" ? 1_500 : PathBytes, quotedBytes, forge);
        if (forgery == "checksum")
            error[^1]++;
        if (forgery == "other error")
            error = Error(outer, PathBytes, quotedBytes, code: 1);
        Assert.Empty(_bench.Give(error));
        Assert.Empty(_bench.Paths.Addresses);
        Assert.Equal(1ul, _bench.Pipeline.Counters.Packets[PacketCounter.DropIcmp]);
    }

    [Fact]
    public void Sources_inside_the_cells_prefix_are_ours_too()
    {
        _bench.Use(new TunnelModel(TunnelKind.Ipip), Target4, [IPNetwork.Parse("172.30.16.0/20")]);
        byte[] outer = Establish(_bench, Bench.Client);
        Assert.StartsWith("172.30.", Frame.Read(outer).Source.ToString(), StringComparison.Ordinal);
        ExpectTooBig(Assert.Single(_bench.Give(Error(outer, PathBytes, AllQuoted))), Bench.Client, PathBytes - 20);
    }

    [Fact]
    public void The_oldest_path_makes_room()
    {
        var cache = new RecordingPathMtus();
        var paths = new PathMtus(cache);
        for (int i = 0; i <= PathMtus.Capacity; i++)
        {
            byte[] packet = new Frame(Fabric4, 0, $"10.{i >> 8}.{i & 255}.1", 0)
            {
                Protocol = 4, Payload = new byte[1_480],
            }.Bytes();
            SetDontFragment(packet);
            IcmpView.TryRead(Frame.Read(Error(packet, PathBytes, 28)), out IcmpView icmp);
            Assert.True(QuotedTunnelView.TryRead(icmp, isIpv4: true, out QuotedTunnelView quoted));
            Assert.True(paths.TryLearn(quoted, i, out _));
        }

        Assert.Equal((PathMtus.Capacity, PathMtus.Capacity), (paths.Count, cache.Addresses.Count));
        Assert.Equal(1_500, paths.Of(Frame.Address("10.0.0.1"), 1_500));
        Assert.Equal(PathBytes, paths.Of(Frame.Address("10.0.1.1"), 1_500));
        Assert.Equal(PathBytes, paths.Of(Frame.Address("10.4.0.1"), 1_500));
    }

    [Fact]
    public void Any_quoted_bytes_end_in_a_verdict()
    {
        _bench.Use(new TunnelModel(TunnelKind.Gue), Target4);
        byte[] outer = Establish(_bench, Bench.Client);
        Prop.ForAll<byte[], int, int>((bytes, at, length) =>
        {
            byte[] error = Error(outer, PathBytes, 28 + ((length & int.MaxValue) % 300), quoted =>
            {
                int start = (at & int.MaxValue) % quoted.Length;
                bytes.AsSpan(0, Math.Min(bytes.Length, quoted.Length - start)).CopyTo(quoted.AsSpan(start));
            });
            Assert.InRange(_bench.Give(error).Count, 0, 1);
        }).QuickCheckThrowOnFailure();
        PacketCounters packets = _bench.Pipeline.Counters.Packets;
        Assert.Equal(
            packets[PacketCounter.Received],
            packets[PacketCounter.PathMtuLearned] + packets[PacketCounter.DropIcmp]
                + packets[PacketCounter.Encapsulated]);
    }

    /// <summary>A client's connection; its long packet as it went into the tunnel.</summary>
    private static byte[] Establish(DirectBench bench, string client, ushort port = 40_000)
    {
        bench.Give(FromClient(client, Syn, port).Bytes());
        bench.Give(FromClient(client, Ack, port).Bytes());
        return Assert.Single(bench.Give(Long(client, 1_420, port)));
    }

    /// <summary>A segment of a client that must not be cut, so long.</summary>
    private static byte[] Long(string client, int packetBytes, ushort port = 40_000)
    {
        byte[] payload = new byte[packetBytes - IpHeader.Bytes(IsIpv4(client)) - 20];
        byte[] frame = (FromClient(client, Ack, port) with { Payload = payload }).Bytes();
        if (IsIpv4(client))
            SetDontFragment(frame);
        return frame;
    }

    /// <summary>What a router says about a packet that is too long for its next hop.</summary>
    private static byte[] Error(
        byte[] frame, int mtuBytes, int quotedBytes, Action<byte[]>? forge = null, byte code = 4)
    {
        IpView ip = Frame.Read(frame);
        bool isIpv4 = ip.IsIpv4;
        byte[] quoted = frame[14..Math.Min(frame.Length, 14 + quotedBytes)];
        forge?.Invoke(quoted);
        byte[] icmp = [.. isIpv4 ? (byte[])[3, code] : [2, 0], 0, 0, 0, 0, 0, 0, .. quoted];
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(6), (ushort)mtuBytes);
        string router = isIpv4 ? "10.0.0.254" : "2001:db8:a::fe";
        byte protocol = isIpv4 ? (byte)1 : (byte)58;
        ulong pseudoSum = isIpv4
            ? 0
            : InternetChecksum.PseudoSum(Frame.Address(router), ip.Source, protocol, icmp.Length);
        ushort sum = (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(icmp) + pseudoSum);
        (icmp[2], icmp[3]) = ((byte)sum, (byte)(sum >> 8));
        return new Frame(router, 0, ip.Source.ToString(), 0) { Protocol = protocol, Payload = icmp }.Bytes();
    }

    private static void ExpectTooBig(byte[] frame, string client, int mtuBytes)
    {
        IpView ip = Frame.Read(frame);
        Assert.Equal(Frame.Address(client), ip.Destination);
        Assert.Equal(Frame.Address(IsIpv4(client) ? Bench.Vip : Bench.Vip6), ip.Source);
        Assert.Equal(ParseVerdict.Ok, IcmpView.TryRead(ip, out IcmpView icmp));
        Assert.True(icmp.HasRightChecksum);
        Assert.Equal(IsIpv4(client) ? (3, 4) : (2, 0), (icmp.Type, icmp.Code));
        Assert.Equal((uint)mtuBytes, icmp.Word);
        Assert.True(EmbeddedView.TryRead(icmp.Embedded, ip.IsIpv4, out EmbeddedView quoted));
        Assert.Equal(FromClient(client, Ack).Key(), quoted.Key);
    }
}
