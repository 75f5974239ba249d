using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Every pair of families: client and VIP, target and source address.</summary>
public sealed class FamilyTests : IDisposable
{
    private const string Client4 = Bench.Client;
    private const string Client6 = "2001:db8:c::7";
    private const string Vip6 = "2001:db8:10::10";
    private const string Snat6 = "2001:db8:20::1";
    private const ushort ToOwnFamily = 80;
    private const ushort ToOther = 81;

    private readonly MemoryFrameIo _io = new(64);
    private readonly RecordingFlowCache _cache = new(512);
    private readonly PacketPipeline _pipeline;
    private readonly PipelineLoop _loop;
    private readonly ModelTables _tables;
    private readonly byte[] _frame = new byte[4_096];

    public FamilyTests()
    {
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = 3, Start = 77, FlowCapacity = 256, HalfOpenCapacity = 256,
        };
        _pipeline = new PacketPipeline(
            options, new Ipv4Cache(_cache), new FixedNextHops(), seed: 9, frames: _io);
        _loop = new PipelineLoop(_io, _pipeline, TimeProvider.System, new NoHeartbeat());
        var compiler = new ModelCompiler(_pipeline.Counters, 251);
        _tables = compiler.Compile(Model(), 0, out string? refusal)!;
        Assert.Null(refusal);
        _pipeline.Use(_tables);
    }

    public static TheoryData<string, ushort> Pairs => new()
    {
        { Client4, ToOwnFamily }, { Client4, ToOther }, { Client6, ToOwnFamily }, { Client6, ToOther },
    };

    public void Dispose() => _io.Dispose();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_connection_opens_carries_data_both_ways_and_closes(string client, ushort port)
    {
        byte[] syn = Give(FromClient(client, port, TcpFlags.Syn));
        FlowKey out_ = Frame.KeyOf(syn);
        Assert.Equal((port == ToOther) != IsIpv4(client), out_.IsIpv4);
        ExpectAnswer(client, port, Give(Reply(out_, TcpFlags.Syn | TcpFlags.Ack)), TcpFlags.Syn | TcpFlags.Ack);
        Give(FromClient(client, port, TcpFlags.Ack));
        byte[] data = Give(FromClient(client, port, TcpFlags.Ack) with { Payload = [1, 2, 3, 4, 5], TimeToLive = 9 });
        Assert.Equal([1, 2, 3, 4, 5], data[^5..]);
        Assert.Equal(8, Frame.Read(data).TimeToLive);
        byte[] answer = Give(Reply(out_, TcpFlags.Ack) with { Payload = [9, 8, 7] });
        ExpectAnswer(client, port, answer, TcpFlags.Ack);
        Assert.Equal([9, 8, 7], answer[^3..]);
        Give(FromClient(client, port, TcpFlags.Fin | TcpFlags.Ack));
        ExpectAnswer(client, port, Give(Reply(out_, TcpFlags.Fin | TcpFlags.Ack)), TcpFlags.Fin | TcpFlags.Ack);
        FlowCounters counters = _pipeline.Counters.Read(_tables, null).Listeners[ListenerId(client, port)];
        Assert.Equal((1ul, 4ul, 3ul), (counters.NewFlows, counters.PacketsIn, counters.PacketsOut));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Options_and_extension_headers_go_with_the_family_and_stay_within_it(string client, ushort port)
    {
        byte[] syn = Give(FromClient(client, port, TcpFlags.Syn) with { IpOptionBytes = 8, PaddingBytes = 6 });
        IpView ip = Frame.Read(syn);
        Assert.Equal(IpHeader.Bytes(ip.IsIpv4) + (port == ToOther ? 0 : 8), ip.HeaderBytes);
        Assert.Equal(6, syn.Length - 14 - ip.TotalBytes);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Datagrams_go_both_ways_also_without_a_checksum(string client, ushort port)
    {
        port += 100;
        byte[] sent = Give(Datagram(client, port) with { UdpChecksum = false });
        FlowKey out_ = Frame.KeyOf(sent);
        int checksum = BinaryPrimitives.ReadUInt16BigEndian(Frame.Read(sent).Payload[6..]);
        // An IPv6 datagram needs one: it is made where there was none.
        Assert.Equal(!out_.IsIpv4 && IsIpv4(client), checksum != 0);
        byte[] answer = Give(Reply(out_, TcpFlags.None) with { Protocol = 17, Payload = [4, 4] });
        Assert.Equal(Datagram(client, port).Key(), Frame.KeyOf(answer).Opposite());
        Assert.Equal([4, 4], answer[^2..]);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Too_big_from_behind_reaches_the_client_as_if_there_were_no_translation(string client, ushort port)
    {
        Frame data = FromClient(client, port, TcpFlags.Syn) with { Payload = new byte[1_300] };
        byte[] sent = Give(data);
        byte[] error = Give(TooBig("10.0.0.254", "2001:db8:a::fe", sent, mtu: 1_400));
        IpView ip = Frame.Read(error);
        Assert.Equal((Frame.Address(Vip(client)), Frame.Address(client)), (ip.Source, ip.Destination));
        Assert.Equal(ParseVerdict.Ok, IcmpView.TryRead(ip, out IcmpView icmp));
        Assert.True(icmp.IsError && icmp.HasRightChecksum);
        Assert.Equal(ip.IsIpv4 ? (3, 4) : (2, 0), (icmp.Type, icmp.Code));
        int expected = 1_400 + (port != ToOther ? 0 : ip.IsIpv4 ? -20 : 20);
        Assert.Equal(expected, BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[6..]));
        Assert.True(EmbeddedView.TryRead(icmp.Embedded, ip.IsIpv4, out EmbeddedView embedded));
        Assert.Equal(data.Key(), embedded.OppositeKey.Opposite());
        Assert.InRange(error.Length, 14 + 48 + 28, 14 + 1_280);
        // What is quoted is what the client sent.
        byte[] original = data.Bytes();
        ReadOnlySpan<byte> quoted = icmp.Embedded[embedded.HeaderBytes..];
        Assert.True(quoted.SequenceEqual(original.AsSpan(14 + IpHeader.Bytes(ip.IsIpv4), quoted.Length)));
    }

    [Fact]
    public void A_cache_that_is_full_of_one_kind_of_flows_still_takes_the_other()
    {
        foreach (string client in (string[])[Client6, Client4])
        {
            FlowKey to = Frame.KeyOf(Give(FromClient(client, ToOwnFamily, TcpFlags.Syn)));
            Give(Reply(to, TcpFlags.Syn | TcpFlags.Ack));
            Give(FromClient(client, ToOwnFamily, TcpFlags.Ack));
        }
        Assert.Equal(2, _cache.Count);
        Assert.All(_cache.Keys, key => Assert.True(key.IsIpv4));
    }

    [Theory]
    [InlineData(1_300u, 1_280)]
    [InlineData(0u, 1_260)]
    [InlineData(uint.MaxValue, 65_515)]
    public void A_too_big_of_an_IPv6_path_says_what_fits_of_IPv4(uint said, int mtu)
    {
        byte[] sent = Give(FromClient(Client4, ToOther, TcpFlags.Syn) with { Payload = new byte[600] });
        byte[] error = Give(TooBig("10.0.0.254", "2001:db8:a::fe", sent, said));
        Assert.Equal((uint)mtu, BinaryPrimitives.ReadUInt32BigEndian(Frame.Read(error).Payload[4..]));
    }

    [Theory]
    [InlineData(Client4, 1_461, 1_480)]
    [InlineData(Client4, 1_460, 0)]
    [InlineData(Client6, 1_460, 0)]
    public void What_no_longer_fits_is_answered_too_big(string client, int payload, int mtu)
    {
        Frame frame = FromClient(client, ToOther, TcpFlags.Syn) with { Payload = new byte[payload - 20] };
        byte[] bytes = frame.Bytes();
        if (IsIpv4(client))
            Hyperplane.Dataplane.Tests.Kernel.TestFrame.SetMustNotBeCut(bytes);
        byte[] answer = Give(bytes);
        if (mtu == 0)
        {
            Assert.Equal(8_080, Port(Frame.KeyOf(answer).DestinationPortBe));
            Assert.Equal(payload, Frame.Read(answer).Payload.Length);
            return;
        }
        IpView ip = Frame.Read(answer);
        Assert.Equal(ParseVerdict.Ok, IcmpView.TryRead(ip, out IcmpView icmp));
        Assert.Equal((3, 4, true), (icmp.Type, icmp.Code, icmp.HasRightChecksum));
        Assert.Equal(mtu, BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[6..]));
        Assert.Equal((1ul, 1ul), (
            _pipeline.Counters.Packets[PacketCounter.DropMtu], _pipeline.Counters.Packets[PacketCounter.TooBigSent]));
    }

    [Theory]
    [InlineData(1_453)]
    [InlineData(1_472)]
    public void A_long_datagram_that_may_be_cut_is_cut_on_its_way_into_IPv6(int payloadBytes)
    {
        byte[] payload = new byte[payloadBytes];
        new Random(1).NextBytes(payload);
        Frame datagram = Datagram(Client4, ToOther + 100) with { Payload = payload };
        byte[] first = Give(datagram.Bytes());
        Assert.True(_io.TryTakeSent(_frame, out int bytes));
        byte[] second = _frame[..bytes];
        IpView head = Frame.Read(first);
        IpView tail = Frame.Read(second);
        Assert.Equal((true, 0), (head.IsFragment, head.FragmentOffsetBytes));
        Assert.Equal((true, head.Payload.Length), (tail.IsFragment, tail.FragmentOffsetBytes));
        Assert.Equal(head.Identification, tail.Identification);
        Assert.InRange(head.TotalBytes, 1_280, 1_500);
        byte[] whole = [.. head.Payload, .. tail.Payload];
        Assert.Equal(payload, whole[8..]);
        ushort said = BitConverter.ToUInt16(whole, 6);
        (whole[6], whole[7]) = (0, 0);
        Assert.Equal(InternetChecksum.OfTransport(head.Source, head.Destination, 17, whole), said);
        Assert.Equal((2ul, 1ul), (
            _pipeline.Counters.Packets[PacketCounter.Translated], _pipeline.Counters.Packets[PacketCounter.Cut]));
        Assert.False(_io.TryTakeSent(_frame, out _));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_may_be_cut_on_the_way_is_what_an_IPv6_path_carries_whole(string client, ushort port)
    {
        foreach (int payload in (int[])[1_220, 1_221])
        {
            byte[] sent = Give(FromClient(client, port, TcpFlags.Syn) with { Payload = new byte[payload] });
            if (!IsIpv4(client) && port == ToOther)
                Assert.Equal(payload > 1_220 ? 0x40 : 0, sent[20] & 0x40);
        }
    }

    private static DataplaneModel Model() => new()
    {
        Version = 1,
        OwnPrefixes =
        [
            IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/28"), IPNetwork.Parse("2001:db8:10::/48"),
            IPNetwork.Parse("2001:db8:20::/48"),
        ],
        SnatAddresses = [IPAddress.Parse(Bench.Snat), IPAddress.Parse(Snat6)],
        Gateways = [IPAddress.Parse("192.0.2.1")],
        Vips = [VipOf(1, Bench.Vip, 10, 4, 6), VipOf(2, Vip6, 20, 6, 4)],
        TargetGroups =
        [
            new TargetGroupModel(4, [Bench.Target(1, "10.0.0.1"), Bench.Target(2, "10.0.0.2")]),
            new TargetGroupModel(6, [Bench.Target(3, "2001:db8:a::1"), Bench.Target(4, "2001:db8:a::2")]),
        ],
    };

    private static VipModel VipOf(uint id, string address, uint first, uint own, uint other) => new(
        id, IPAddress.Parse(address),
        [
            new ListenerModel(first, IpProtocol.Tcp, ToOwnFamily, own, 350_000),
            new ListenerModel(first + 1, IpProtocol.Tcp, ToOther, other, 350_000),
            new ListenerModel(first + 2, IpProtocol.Udp, ToOwnFamily + 100, own, 120_000),
            new ListenerModel(first + 3, IpProtocol.Udp, ToOther + 100, other, 120_000),
        ]);

    private static uint ListenerId(string client, ushort port) =>
        (IsIpv4(client) ? 10u : 20u) + (port == ToOther ? 1u : 0u);

    private static bool IsIpv4(string address) => !address.Contains(':', StringComparison.Ordinal);

    private static string Vip(string client) => IsIpv4(client) ? Bench.Vip : Vip6;

    private static Frame FromClient(string client, ushort port, TcpFlags flags) =>
        new(client, 40_000, Vip(client), port) { Flags = flags, Sequence = 5_000, Acknowledgement = 90_001 };

    private static Frame Datagram(string client, ushort port) =>
        new(client, 40_000, Vip(client), port) { Protocol = 17, Payload = [1, 2, 3] };

    private static Frame Reply(in FlowKey key, TcpFlags flags) =>
        new(key.Destination.ToString(), Port(key.DestinationPortBe), key.Source.ToString(), Port(key.SourcePortBe))
        {
            Flags = flags, Sequence = 90_000, Acknowledgement = 5_001,
        };

    private static ushort Port(ushort be) => AddressBytes.Be(be);

    private static void ExpectAnswer(string client, ushort port, byte[] frame, TcpFlags flags)
    {
        FlowKey sent = FromClient(client, port, flags).Key();
        Assert.Equal(sent.Opposite(), Frame.KeyOf(frame));
        Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(Frame.Read(frame).Payload, out TcpView tcp));
        Assert.Equal(flags, tcp.Flags);
    }

    /// <summary>About a packet, from a router of its family.</summary>
    private static byte[] TooBig(string router4, string router6, byte[] about, uint mtu)
    {
        IpView ip = Frame.Read(about);
        byte[] message = [(byte)(ip.IsIpv4 ? 3 : 2), (byte)(ip.IsIpv4 ? 4 : 0), 0, 0, 0, 0, 0, 0, .. about[14..]];
        message = message[..Math.Min(message.Length, 1_240)];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), mtu);
        string router = ip.IsIpv4 ? router4 : router6;
        ulong pseudo = ip.IsIpv4
            ? 0
            : InternetChecksum.PseudoSum(Frame.Address(router), ip.Source, IcmpView.ProtocolV6, message.Length);
        System.Runtime.InteropServices.MemoryMarshal.Write(
            message.AsSpan(2), (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(message) + pseudo));
        return new Frame(router, 0, ip.Source.ToString(), 0)
        {
            Protocol = ip.IsIpv4 ? IcmpView.Protocol : IcmpView.ProtocolV6, Payload = message,
        }.Bytes();
    }

    private byte[] Give(Frame frame)
    {
        byte[] sent = Give(frame.Bytes());
        if (frame.Protocol is 6 or 17)
            Frame.ExpectRightChecksums(sent);
        return sent;
    }

    private byte[] Give(byte[] frame)
    {
        Assert.True(_io.TryInject(frame));
        _loop.RunOnce();
        Assert.True(_io.TryTakeSent(_frame, out int bytes), string.Join(", ", Enum.GetValues<PacketCounter>()
            .Where(counter => _pipeline.Counters.Packets[counter] > 0)));
        return _frame[..bytes];
    }

    /// <summary>Has no room for anything but IPv4.</summary>
    private sealed class Ipv4Cache(RecordingFlowCache cache) : IFlowCache
    {
        public int Capacity => cache.Capacity;

        public bool TryInstall(in FlowKey key, in FlowEntry entry) => key.IsIpv4 && cache.TryInstall(key, entry);

        public bool TryRemove(in FlowKey key) => cache.TryRemove(key);

        public bool TryRead(in FlowKey key, out FlowEntry entry) => cache.TryRead(key, out entry);

        public bool TryTakeFin(int pipeline, out FlowFin fin) => cache.TryTakeFin(pipeline, out fin);
    }
}
