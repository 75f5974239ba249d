using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Mode dsr: the client's packets go to the target whole, inside a tunnel.</summary>
public sealed class DirectReturnTests : IDisposable
{
    private const string Target4 = "10.0.0.6";
    private const string Target6 = "2001:db8:a::6";
    private const string Fabric4 = "172.16.0.3";
    private const string Fabric6 = "2001:db8:f::3";
    private const ushort Port = 80;

    private readonly MemoryFrameIo _io = new(64);
    private readonly RecordingFlowCache _cache = new(512);
    private readonly PacketPipeline _pipeline;
    private readonly PipelineLoop _loop;
    private readonly ModelCompiler _compiler;
    private readonly byte[] _frame = new byte[4_096];
    private ModelTables _tables = ModelTables.Empty;
    private TunnelModel _tunnel = new(TunnelKind.Gue);

    public DirectReturnTests()
    {
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = 3, Start = 77, FlowCapacity = 256, HalfOpenCapacity = 256,
        };
        _pipeline = new PacketPipeline(options, _cache, new FixedNextHops(), seed: 9, frames: _io);
        _loop = new PipelineLoop(_io, _pipeline, TimeProvider.System, new NoHeartbeat());
        _compiler = new ModelCompiler(_pipeline.Counters, 251);
    }

    /// <summary>Kind, number, outer protocol over IPv4 and bytes between the outer IP header and the packet.</summary>
    public static TheoryData<TunnelKind, uint, int, string> Kinds => new()
    {
        { TunnelKind.Gue, 0u, 17, "????17c0LLLL0000" + "00II0000" },
        { TunnelKind.Ipip, 0u, 0, "" },
        { TunnelKind.Gre, 0u, 47, "0000TTTT" },
        { TunnelKind.Gre, 0x0a0b0cu, 47, "2000TTTT" + "000a0b0c" },
        { TunnelKind.Vxlan, 7u, 17, "????12b5LLLL0000" + "0800000000000700" + "02000064737202000064736cTTTT" },
    };

    public void Dispose() => _io.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_packet_arrives_whole_but_for_its_TTL(TunnelKind kind, uint network, int protocol, string between)
    {
        foreach (string target in (string[])[Target4, Target6])
        {
            foreach (string client in (string[])[Bench.Client, Bench.Client6])
            {
                Use(new TunnelModel(kind, NetworkId: network), target);
                ushort port = target == Target4 ? (ushort)40_000 : (ushort)40_001;
                byte[] sent = FromClient(client, Syn, port, TimeToLive: 9).Bytes();
                // A traffic class with a congestion mark.
                if (IsIpv4(client))
                    SetTos(sent, 0xba);
                else
                    BinaryPrimitives.WriteUInt16BigEndian(sent.AsSpan(14), 0x6ba0);
                byte[] outer = Assert.Single(Give(sent));
                IpView ip = Frame.Read(outer);
                string source = target == Target4 ? Fabric4 : Fabric6;
                Assert.Equal((Frame.Address(source), Frame.Address(target)), (ip.Source, ip.Destination));
                int inside = IsIpv4(client) ? 4 : 41;
                Assert.Equal(kind == TunnelKind.Ipip ? inside : protocol, ip.Protocol);
                Assert.True(ip.MustNotBeCut);
                int word = BinaryPrimitives.ReadUInt16BigEndian(outer.AsSpan(14));
                Assert.Equal(0xba, ip.IsIpv4 ? word & 0xff : word >> 4 & 0xff);
                string payload = Convert.ToHexStringLower(ip.Payload);
                string expected = between
                    .Replace("LLLL", $"{ip.Payload.Length:x4}", StringComparison.Ordinal)
                    .Replace("II", $"{inside:x2}", StringComparison.Ordinal)
                    .Replace("TTTT", IsIpv4(client) ? "0800" : "86dd", StringComparison.Ordinal);
                for (int i = 0; i < expected.Length; i++)
                    Assert.True(expected[i] == '?' || expected[i] == payload[i], $"{payload} at {i}, {expected}");
                byte[] whole = FromClient(client, Syn, port, TimeToLive: 8).Bytes();
                if (IsIpv4(client))
                    SetTos(whole, 0xba);
                else
                    BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(14), 0x6ba0);
                Assert.Equal(Convert.ToHexStringLower(whole.AsSpan(14)), payload[expected.Length..]);
            }
        }
    }

    [Fact]
    public void The_outer_source_differs_between_flows_by_port_label_or_inside_the_cells_prefix()
    {
        ushort port = 40_000;
        foreach (string target in (string[])[Target4, Target6])
        {
            foreach (TunnelKind kind in Enum.GetValues<TunnelKind>())
            {
                Use(new TunnelModel(kind), target);
                var ways = new HashSet<string>();
                for (ushort i = 0; i < 16; i++)
                {
                    byte[] outer = Assert.Single(Give(FromClient(Bench.Client, Syn, port++).Bytes()));
                    IpView ip = Frame.Read(outer);
                    ways.Add($"{ip.Source} {outer[16]} {outer[17]} {Entropy(kind, ip)}");
                }
                // IP in IP and GRE over IPv4 have nothing to vary without a prefix.
                bool varies = target == Target6 || kind is TunnelKind.Gue or TunnelKind.Vxlan;
                Assert.InRange(ways.Count, varies ? 12 : 1, varies ? 16 : 1);
            }
        }
        Use(new TunnelModel(TunnelKind.Ipip), Target4, Prefixes);
        var sources = new HashSet<PacketAddress>();
        for (ushort i = 0; i < 64; i++)
        {
            IpView ip = Frame.Read(Assert.Single(Give(FromClient(Bench.Client, Syn, port++).Bytes())));
            Assert.True(Prefixes[0].Contains(ip.Source.ToIPAddress()), $"{ip.Source}");
            sources.Add(ip.Source);
        }
        Assert.InRange(sources.Count, 48, 64);
    }

    [Fact]
    public void An_established_flow_is_cached_in_one_direction_and_counted()
    {
        Use(new TunnelModel(TunnelKind.Gue), Target4);
        Give(FromClient(Bench.Client, Syn).Bytes());
        Assert.Equal(0, _cache.Count);
        Give(FromClient(Bench.Client, Ack).Bytes());
        FlowKey key = Assert.Single(_cache.Keys);
        Assert.Equal(FromClient(Bench.Client, Ack).Key(), key);
        Assert.True(_cache.TryRead(key, out FlowEntry entry));
        Assert.Equal(new TunnelPath(TunnelKind.Gue, 6_080, 0), entry.Tunnel);
        var cached = new CachedPath(_cache, new FixedNextHops(), _tables.OwnPrefixes);
        byte[] frame = FromClient(Bench.Client, Ack, TimeToLive: 7).Bytes();
        Assert.Equal(PacketCounter.Encapsulated, cached.Process(frame, 1, out _));
        Assert.Equal(Assert.Single(Give(FromClient(Bench.Client, Ack, TimeToLive: 7).Bytes())), cached.Resized);
        FlowCounters counters = _pipeline.Counters.Read(_tables, null).Listeners[1];
        Assert.Equal((1ul, 3ul, 0ul), (counters.NewFlows, counters.PacketsIn, counters.PacketsOut));
    }

    [Fact]
    public void A_reset_or_FIN_of_the_client_lets_the_next_SYN_choose_anew_but_still_passes_frames()
    {
        foreach (TcpFlags end in (TcpFlags[])[Fin | Ack, Rst])
        {
            Use(new TunnelModel(TunnelKind.Gue), Target4);
            Give(FromClient(Bench.Client, Syn).Bytes());
            Give(FromClient(Bench.Client, Ack).Bytes());
            Assert.Single(Give(FromClient(Bench.Client, end).Bytes()));
            Assert.Equal(0, _cache.Count);
            Assert.Single(Give(FromClient(Bench.Client, Ack).Bytes()));
            Use(new TunnelModel(TunnelKind.Gue), "10.0.0.9");
            Assert.Equal(Frame.Address(Target4), TargetOf(FromClient(Bench.Client, Ack)));
            Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(FromClient(Bench.Client, Syn)));
            Give(FromClient(Bench.Client, Ack).Bytes());
            Give(FromClient(Bench.Client, Rst).Bytes());
        }
    }

    [Fact]
    public void In_a_handshake_only_an_exact_reset_of_the_client_ends_the_flow_but_any_reaches_the_target()
    {
        Use(new TunnelModel(TunnelKind.Gue), Target4);
        Give(FromClient(Bench.Client, Syn).Bytes());
        // The target may still have the connection before on the client's port.
        Assert.Single(Give((FromClient(Bench.Client, Rst) with { Sequence = 77 }).Bytes()));
        Use(new TunnelModel(TunnelKind.Gue), "10.0.0.9");
        Assert.Equal(Frame.Address(Target4), TargetOf(FromClient(Bench.Client, Syn)));
        Assert.Single(Give((FromClient(Bench.Client, Rst) with { Sequence = 1_001 }).Bytes()));
        Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(FromClient(Bench.Client, Syn)));
    }

    [Fact]
    public void A_change_of_targets_moves_no_flow_that_is_there()
    {
        Use(new TunnelModel(TunnelKind.Gue), Target4);
        Give(FromClient(Bench.Client, Syn).Bytes());
        Give(FromClient(Bench.Client, Ack).Bytes());
        Use(new TunnelModel(TunnelKind.Gre), "10.0.0.9");
        IpView ip = Frame.Read(Assert.Single(Give(FromClient(Bench.Client, Ack).Bytes())));
        Assert.Equal((Frame.Address(Target4), 17), (ip.Destination, ip.Protocol));
        Assert.Equal(Frame.Address("10.0.0.9"), TargetOf(FromClient(Bench.Client, Syn, 40_001)));
    }

    [Fact]
    public void A_target_that_would_answer_itself_is_refused_and_counted()
    {
        Use(new TunnelModel(TunnelKind.Gue), Target4);
        Assert.Empty(Give(FromClient(Target4, Syn).Bytes()));
        Assert.Equal(1ul, _pipeline.Counters.Packets[PacketCounter.DropHairpin]);
        Assert.Equal(0ul, _pipeline.Counters.Read(_tables, null).Listeners[1].NewFlows);
    }

    [Theory]
    [InlineData(TunnelKind.Ipip, 1_480)]
    [InlineData(TunnelKind.Gue, 1_468)]
    [InlineData(TunnelKind.Vxlan, 1_450)]
    public void What_no_longer_fits_is_cut_or_its_sender_told(TunnelKind kind, int longest)
    {
        Use(new TunnelModel(kind), Target4);
        Frame data = FromClient(Bench.Client, Syn) with { Payload = new byte[longest - 40] };
        Assert.Equal(1_514, Assert.Single(Give(data.Bytes())).Length);
        byte[] whole = (data with { Payload = new byte[longest - 39] }).Bytes();
        byte[] mayNot = [.. whole];
        SetDontFragment(mayNot);
        IpView answer = Frame.Read(Assert.Single(Give(mayNot)));
        Assert.Equal(Frame.Address(Bench.Client), answer.Destination);
        Assert.Equal((3, 4), (answer.Payload[0], answer.Payload[1]));
        Assert.Equal(longest, BinaryPrimitives.ReadUInt16BigEndian(answer.Payload[6..]));
        Assert.Equal(1ul, _pipeline.Counters.Packets[PacketCounter.DropMtu]);

        List<byte[]> pieces = Give(whole);
        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 59, 1_514));
        Assert.All(pieces, piece => Assert.Equal(Frame.Address(Target4), Frame.Read(piece).Destination));
        Assert.Equal(1ul, _pipeline.Counters.Packets[PacketCounter.Cut]);
    }

    [Fact]
    public void An_error_about_an_answer_reaches_the_target_that_sent_it()
    {
        Use(new TunnelModel(TunnelKind.Ipip), Target4);
        Give(FromClient(Bench.Client, Syn).Bytes());
        byte[] answer = new Frame(Bench.Vip, Port, Bench.Client, 40_000) { Payload = new byte[300] }.Bytes();
        byte[] icmp = [3, 4, 0, 0, 0, 0, 5, 0x14, .. answer[14..(14 + 28)]];
        ushort sum = InternetChecksum.Of(icmp);
        (icmp[2], icmp[3]) = ((byte)sum, (byte)(sum >> 8));
        byte[] error = new Frame("192.0.2.254", 0, Bench.Vip, 0) { Protocol = 1, Payload = icmp }.Bytes();
        byte[] outer = Assert.Single(Give(error));
        IpView ip = Frame.Read(outer);
        Assert.Equal((Frame.Address(Target4), 4), (ip.Destination, ip.Protocol));
        Assert.Equal(icmp, ip.Payload[20..].ToArray());
    }

    [Fact]
    public void Datagrams_and_their_second_one_make_a_flow()
    {
        Use(new TunnelModel(TunnelKind.Gue), Target4);
        Frame datagram = new(Bench.Client, 40_000, Bench.Vip, 53) { Protocol = 17, Payload = [1, 2] };
        Assert.Single(Give(datagram.Bytes()));
        Assert.Equal(0, _cache.Count);
        Assert.Single(Give(datagram.Bytes()));
        Assert.Equal(1, _cache.Count);
    }

    [Theory]
    [InlineData(TunnelKind.Ipip, 5, 0u, "a port")]
    [InlineData(TunnelKind.Gre, 5, 0u, "a port")]
    [InlineData(TunnelKind.Gue, 0, 7u, "a network's number")]
    [InlineData(TunnelKind.Vxlan, 0, 1u << 24, "0 to 16777215")]
    [InlineData((TunnelKind)9, 0, 0u, "GUE, IP in IP, GRE and VXLAN")]
    public void A_tunnel_that_cannot_be_is_refused(TunnelKind kind, ushort port, uint network, string told)
    {
        _tunnel = new TunnelModel(kind, port, network);
        Assert.Contains(told, ModelValidation.Check(Model(Target4, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_of_a_family_without_a_source_is_refused()
    {
        DataplaneModel model = Model(Target6, []) with { TunnelSources = [IPAddress.Parse(Fabric4)] };
        Assert.Contains("no address of that family", ModelValidation.Check(model), StringComparison.Ordinal);
        model = model with { TunnelSources = [IPAddress.Parse(Fabric6), IPAddress.Parse("2001:db8::9")] };
        Assert.Contains("of one address family", ModelValidation.Check(model), StringComparison.Ordinal);
    }

    private static IPNetwork[] Prefixes { get; } =
        [IPNetwork.Parse("172.30.16.0/20"), IPNetwork.Parse("2001:db8:f:1::/64")];

    private static bool IsIpv4(string address) => Frame.Address(address).IsIpv4;

    private static int Entropy(TunnelKind kind, IpView ip) =>
        kind is TunnelKind.Gue or TunnelKind.Vxlan ? BinaryPrimitives.ReadUInt16BigEndian(ip.Payload) : 0;

    private static void SetTos(byte[] frame, byte tos)
    {
        frame[15] = tos;
        FixIpChecksum(frame);
    }

    private static void SetDontFragment(byte[] frame)
    {
        frame[20] |= 0x40;
        FixIpChecksum(frame);
    }

    private static void FixIpChecksum(byte[] frame)
    {
        (frame[24], frame[25]) = (0, 0);
        ushort sum = InternetChecksum.Of(frame.AsSpan(14, 20));
        (frame[24], frame[25]) = ((byte)sum, (byte)(sum >> 8));
    }

    private static Frame FromClient(string client, TcpFlags flags, ushort port = 40_000, byte TimeToLive = 64) =>
        new(client, port, IsIpv4(client) ? Bench.Vip : Bench.Vip6, Port)
        {
            Flags = flags, TimeToLive = TimeToLive, Acknowledgement = flags == Syn ? 0 : 2_000u,
        };

    private PacketAddress TargetOf(Frame frame) => Frame.Read(Assert.Single(Give(frame.Bytes()))).Destination;

    private void Use(TunnelModel tunnel, string target, IPNetwork[]? prefixes = null)
    {
        _tunnel = tunnel;
        DataplaneModel model = Model(target, prefixes ?? []);
        _tables = _compiler.Compile(model, _pipeline.AppliedSequence, out string? refusal)!;
        Assert.Null(refusal);
        _pipeline.Use(_tables);
    }

    private DataplaneModel Model(string target, IPNetwork[] prefixes)
    {
        // A target's id is one place's.
        uint id = Frame.Address(target).Ipv4Be;
        DataplaneModel model = Bench.DualModel();
        return model with
        {
            TunnelSources = [IPAddress.Parse(Fabric4), IPAddress.Parse(Fabric6)],
            TunnelSourcePrefixes = [.. prefixes],
            TargetGroups =
                [new TargetGroupModel(1, [Bench.Target(id, target)], TargetSelection.FiveTuple, _tunnel)],
            Vips =
            [
                new VipModel(1, IPAddress.Parse(Bench.Vip),
                [
                    new ListenerModel(1, IpProtocol.Tcp, Port, 1, 350_000),
                    new ListenerModel(2, IpProtocol.Udp, 53, 1, 120_000),
                ]),
                new VipModel(2, IPAddress.Parse(Bench.Vip6), [new ListenerModel(3, IpProtocol.Tcp, Port, 1, 350_000)]),
            ],
        };
    }

    private List<byte[]> Give(byte[] frame)
    {
        Assert.True(_io.TryInject(frame));
        _loop.RunOnce();
        var sent = new List<byte[]>();
        while (_io.TryTakeSent(_frame, out int length))
            sent.Add(_frame[..length]);
        return sent;
    }
}
