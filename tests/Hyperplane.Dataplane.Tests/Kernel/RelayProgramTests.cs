using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
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
    private const ulong Start = 1_234_567_890_123;

    private static readonly FlowKey4 Forward = Key(Client, 40_000, Vip, 80);

    private readonly TestProgram? _program;
    private readonly PeerMaps? _peers;
    private readonly BpfRelayCache? _relays;
    private readonly Hosts _hosts = new();

    public RelayProgramTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _program = new TestProgram();
        _peers = new PeerMaps(_program.Program.Peers, _program.Program.PeerMacs, Self);
        _relays = new BpfRelayCache(_program.Program.Relays);
        Use(new PeerNode(Owner, Address(1), Start, true), new PeerNode(Third, Address(2), 9, true));
        Assert.True(_relays.TryInstall(Forward, new RelayEntry4 { OwnerNode = Owner, OwnerStart = Start }));
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
        Assert.True(_relays!.TryRead(Forward, out RelayEntry4 entry));
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
    [InlineData(TestFrame.Fin | TestFrame.Ack, 64)]
    [InlineData(TestFrame.Rst, 64)]
    [InlineData(TestFrame.Ack, 1)]
    public void What_is_not_plain_goes_to_the_pipeline(byte flags, byte ttl) =>
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame(flags, ttl)));

    [Fact]
    public void A_flow_of_our_own_comes_before_a_relay_entry()
    {
        FlowKey4 sent = Key(Snat, 20_000, Target, 8080);
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
            _relays!.TryInstall(Forward, new RelayEntry4 { OwnerNode = node, OwnerStart = 8 });
            Assert.Equal(PacketCounter.Relayed, Send(Frame()));
        }
        Use(new PeerNode(Self, Address(1), 8, true));
        _relays!.TryInstall(Forward, new RelayEntry4 { OwnerNode = Self, OwnerStart = 8 });
        Assert.Equal(PacketCounter.DropNoSocket, Send(Frame()));
    }

    /// <summary>Host 10.0.0.x is next hop x of <see cref="Hops"/>.</summary>
    private sealed class Hosts : INextHops
    {
        public uint For(uint destinationBe) => 0;

        public uint Direct(uint addressBe) => (addressBe & 0xffffff) == 10 ? addressBe >> 24 : 0;

        public bool TryGet(uint index, out NextHop hop)
        {
            hop = index < Hops.Length ? Hops[index] : default;
            return hop.Resolved != 0;
        }
    }
}
