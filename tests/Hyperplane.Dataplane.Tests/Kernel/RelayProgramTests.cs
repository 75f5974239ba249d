using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Frames of other nodes' flows through the XDP program in the kernel.</summary>
public sealed class RelayProgramTests : IDisposable
{
    private const ushort Self = 3;
    private const ushort Owner = 5;
    private const ushort Third = 65_535;
    private const string FarOwner = "172.17.0.9";
    private const ulong Start = 1_234_567_890_123;

    private static readonly FlowKey Forward = Key(Client, 40_000, Vip, 80);

    private readonly TestProgram? _program;
    private readonly PeerMaps? _peers;
    private readonly BpfRelayCache? _relays;
    private readonly Hosts _hosts = new();

    public RelayProgramTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _program = new TestProgram();
        _peers = new PeerMaps(_program.Program.Peers, _program.Program.PeerMacs, _program.Program.PeerAddresses, Self);
        _relays = new BpfRelayCache(_program.Program.Relays, _program.Program.Relays6);
        Use(new PeerNode(Owner, Address(1), Start, true), new PeerNode(Third, Address(2), 9, true));
        Assert.True(_relays.TryInstall(Forward, new RelayEntry { OwnerNode = Owner, OwnerStart = Start }));
    }

    public void Dispose() => _program?.Dispose();

    private static IPAddress Address(byte host) => new([10, 0, 0, host]);

    private void Use(params PeerNode[] peers) => _peers!.Use(peers, _hosts);

    private PacketCounter Send(byte[] frame) => _program!.Run(frame).Counter;

    private static byte[] Frame(byte flags = TestFrame.Ack, byte ttl = 64) =>
        TestFrame.Tcp(Client, 40_000, Vip, 80, flags, 10, ttl);

    [Fact]
    public void A_frame_of_a_living_owners_flow_gets_its_mac_address_and_nothing_else()
    {
        byte[] frame = Frame();
        (XdpVerdict verdict, byte[] left, PacketCounter counter) = _program!.Run(frame);
        Assert.Equal((XdpVerdict.Transmit, PacketCounter.Relayed), (verdict, counter));
        ulong mac = BinaryPrimitives.ReadUInt64LittleEndian(left) & 0xffff_ffff_ffff;
        Assert.Equal(Hops[SameInterface].DestinationMac, mac);
        Assert.Equal(frame[12..], left[12..]);
        Assert.True(_relays!.TryRead(Forward, out RelayEntry entry));
        Assert.Equal(1u, entry.Packets);
        Assert.InRange((long)entry.LastSeenNs, 1, TimeProvider.System.GetTimestamp());
    }

    [Fact]
    public void A_dead_node_another_start_or_an_unknown_mac_address_are_a_miss_at_once()
    {
        Use(new PeerNode(Owner, Address(1), Start, false));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
        Use(new PeerNode(Owner, Address(1), Start + 1, true));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
        Use(new PeerNode(Owner, Address((byte)Unresolved), Start, true));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
        Use(new PeerNode(Owner, IPAddress.Parse("192.0.2.1"), Start, true));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
        Use();
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
        Use(new PeerNode(Owner, Address(1), Start, true));
        Assert.Equal(PacketCounter.Relayed, Send(Frame()));
    }

    [Fact]
    public void Frames_that_came_from_a_node_are_not_relayed_again_whatever_its_mac_address_is_now()
    {
        byte[] frame = Frame();
        TestFrame.SetSourceMac(frame, Hops[OtherInterface].DestinationMac);
        Assert.Equal(PacketCounter.DropNoSocket, Send(frame));
        _peers!.OnNextHop(OtherInterface, new NextHop(0x77, 0x78, 7, 1));
        Assert.Equal(PacketCounter.Relayed, Send(frame));
        _peers.OnNextHop(OtherInterface, Hops[OtherInterface]);
        Assert.Equal(PacketCounter.DropNoSocket, Send(frame));
        Use(new PeerNode(Owner, Address(1), Start, true));
        Assert.Equal(PacketCounter.Relayed, Send(frame));
    }

    [Theory]
    [InlineData(TestFrame.Syn, 64)]
    [InlineData(TestFrame.Fin, 64)]
    [InlineData(TestFrame.Rst, 64)]
    [InlineData(TestFrame.Ack, 1)]
    public void What_is_not_plain_goes_to_the_pipeline(byte flags, byte ttl) =>
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame(flags, ttl)));

    [Fact]
    public void A_flow_of_our_own_comes_before_a_relay_entry()
    {
        FlowKey sent = Key(Snat, 20_000, Target, 8080);
        Assert.True(_program!.Flows.TryInstall(Forward, Entry(Forward, sent)));
        Assert.Equal(PacketCounter.Forwarded, Send(Frame()));
        Assert.True(_program.Flows.TryRemove(Forward));
        Assert.Equal(PacketCounter.Relayed, Send(Frame()));
        Assert.True(_relays!.TryRemove(Forward));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
    }

    [Fact]
    public void The_first_and_the_last_node_id_have_a_place()
    {
        foreach (ushort node in new ushort[] { 1, ushort.MaxValue })
        {
            Use(new PeerNode(node, Address(1), 8, true));
            _relays!.TryInstall(Forward, new RelayEntry { OwnerNode = node, OwnerStart = 8 });
            Assert.Equal(PacketCounter.Relayed, Send(Frame()));
        }
        Use(new PeerNode(Self, Address(1), 8, true));
        _relays!.TryInstall(Forward, new RelayEntry { OwnerNode = Self, OwnerStart = 8 });
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
    }

    private void BecomeFar()
    {
        Use(new PeerNode(Owner, IPAddress.Parse(FarOwner), Start, true));
        Assert.True(_relays!.TryInstall(
            Forward, new RelayEntry { OwnerNode = Owner, OwnerStart = Start, TunnelPortBe = Be(0xc0de) }));
    }

    /// <summary>Literal outer headers before the packet of a frame.</summary>
    private static byte[] Wrapped(string from, byte[] frame, string gue = "00040000", int port = 6_080)
    {
        byte[] datagram =
            [0xc0, 0xde, (byte)(port >> 8), (byte)port, 0, 0, 0, 0, .. Convert.FromHexString(gue), .. frame[14..]];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        byte[] wrapped = TestFrame.Ip(from, NodeAddress, 17, datagram);
        (wrapped[18], wrapped[19], wrapped[40], wrapped[41]) = (0, 0, 0, 0);
        TestFrame.FixIpChecksum(wrapped);
        return wrapped;
    }

    [Fact]
    public void A_frame_of_a_far_owners_flow_goes_whole_inside_gue_by_a_gateway()
    {
        BecomeFar();
        byte[] frame = Frame();
        (XdpVerdict verdict, byte[] left, PacketCounter counter) = _program!.Run(frame);
        Assert.Equal((XdpVerdict.Redirect, PacketCounter.Tunnelled), (verdict, counter));
        byte[] expected = Wrapped(NodeAddress, frame);
        IPAddress.Parse(FarOwner).TryWriteBytes(expected.AsSpan(30), out _);
        TestFrame.FixIpChecksum(expected);
        Assert.Equal(expected[12..], left[12..]);
        ulong mac = BinaryPrimitives.ReadUInt64LittleEndian(left) & 0xffff_ffff_ffff;
        Assert.Equal(Hops[OtherInterface].DestinationMac, mac);
        Assert.True(_relays!.TryRead(Forward, out RelayEntry entry));
        Assert.Equal(1u, entry.Packets);
    }

    [Fact]
    public void What_does_not_fit_into_the_tunnel_goes_to_the_pipeline()
    {
        BecomeFar();
        byte[] Sized(int packetBytes) => TestFrame.Tcp(Client, 40_000, Vip, 80, payloadBytes: packetBytes - 40);
        Assert.Equal(PacketCounter.Tunnelled, Send(Sized(TunnelMtuBytes - 32)));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Sized(TunnelMtuBytes - 31)));
    }

    [Fact]
    public void The_gateways_mac_address_is_not_taken_for_a_nodes()
    {
        BecomeFar();
        byte[] frame = Frame();
        TestFrame.SetSourceMac(frame, Hops[OtherInterface].DestinationMac);
        Assert.Equal(PacketCounter.Tunnelled, Send(frame));
    }

    [Fact]
    public void A_nodes_frame_of_our_flow_leaves_the_tunnel_translated()
    {
        BecomeFar();
        Assert.True(_program!.Flows.TryInstall(Forward, Entry(Forward, Key(Snat, 20_000, Target, 8080))));
        byte[] frame = Frame();
        (XdpVerdict verdict, byte[] direct, PacketCounter counter) = _program.Run(frame);
        Assert.Equal((XdpVerdict.Transmit, PacketCounter.Forwarded), (verdict, counter));
        (verdict, byte[] left, counter) = _program.Run(Wrapped(FarOwner, frame));
        Assert.Equal((XdpVerdict.Transmit, PacketCounter.Forwarded), (verdict, counter));
        Assert.Equal(direct, left);
        Assert.True(TestFrame.ChecksumsRight(left));
        Assert.Equal((2ul, 2ul * (ulong)frame.Length), Counted());
    }

    private (ulong Packets, ulong Bytes) Counted()
    {
        ListenerCount count = _program!.Program.Listeners.Read(0);
        return (count.Packets, count.Bytes);
    }

    [Fact]
    public void Strangers_and_other_headers_are_refused_and_counted()
    {
        BecomeFar();
        Assert.True(_program!.Flows.TryInstall(Forward, Entry(Forward, Key(Snat, 20_000, Target, 8080))));
        Assert.Equal(PacketCounter.DropTunnel, Send(Wrapped("172.17.0.10", Frame())));
        foreach (string gue in new[] { "40040000", "01040000", "00060000", "00040001", "20040000" })
            Assert.Equal(PacketCounter.DropTunnel, Send(Wrapped(FarOwner, Frame(), gue)));
        Assert.Equal(PacketCounter.Forwarded, Send(Wrapped(FarOwner, Frame())));
        Assert.Equal(PacketCounter.Passed, Send(Wrapped(FarOwner, Frame(), port: 6_081)));
        Use();
        Assert.Equal(PacketCounter.DropTunnel, Send(Wrapped(FarOwner, Frame())));
    }

    [Theory]
    [InlineData(TestFrame.Syn, 64)]
    [InlineData(TestFrame.Rst, 64)]
    public void What_is_not_plain_inside_a_tunnel_goes_to_the_pipeline_as_it_came(byte flags, byte ttl)
    {
        BecomeFar();
        Assert.True(_program!.Flows.TryInstall(Forward, Entry(Forward, Key(Snat, 20_000, Target, 8080))));
        byte[] wrapped = Wrapped(FarOwner, Frame(flags, ttl));
        (_, byte[] left, PacketCounter counter) = _program.Run(wrapped);
        Assert.Equal(PacketCounter.DropNoSocket, counter);
        Assert.Equal(wrapped, left);
    }

    [Fact]
    public void What_came_by_a_tunnel_is_not_relayed_again()
    {
        Use(
            new PeerNode(Owner, IPAddress.Parse(FarOwner), Start, true),
            new PeerNode(Third, IPAddress.Parse("172.17.0.8"), 9, true));
        Assert.Equal(PacketCounter.DropNoSocket, Send(Wrapped("172.17.0.8", Frame())));
    }

    /// <summary>Host 10.0.0.x is next hop x of <see cref="Hops"/>.</summary>
    private sealed class Hosts : INextHops
    {
        public uint For(in PacketAddress destination) =>
            destination.Ipv4Be == Be(FarOwner) ? (uint)OtherInterface : 0;

        public uint Direct(in PacketAddress address) =>
            (address.Ipv4Be & 0xffffff) == 10 ? address.Ipv4Be >> 24 : 0;

        public bool TryGet(uint index, out NextHop hop)
        {
            hop = index < Hops.Length ? Hops[index] : default;
            return hop.Resolved != 0;
        }
    }
}
