using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>The XDP program loaded with one VIP, one SNAT address and three next hops, run on test frames.</summary>
internal sealed class TestProgram : IDisposable
{
    public const string Client = "192.0.2.7";
    public const string Vip = "203.0.113.10";
    public const string Snat = "198.51.100.1";
    public const string NodeAddress = "10.0.0.1";
    public const string Vip6 = "2001:db8:10::10";
    public const string Snat6 = "2001:db8:20:9::1";
    public const string Target = "10.1.0.5";
    public const int TunnelMtuBytes = 250;

    /// <summary>What leaves is no longer.</summary>
    public const int MtuBytes = 180;
    public const int SameInterface = 1;
    public const int OtherInterface = 2;
    public const int Unresolved = 3;
    public const int ListenerSlots = 64;
    public const int TargetSlots = 16;

    public static readonly NextHop[] Hops =
    [
        default,
        new(0x0000_0a0b_0c0d_0e0f, 0x0000_1a1b_1c1d_1e1f, 1, 1),
        new(0x0000_2a2b_2c2d_2e2f, 0x0000_3a3b_3c3d_3e3f, 7, 1),
        new(0x0000_4a4b_4c4d_4e4f, 0x0000_5a5b_5c5d_5e5f, 1, 0),
    ];

    private readonly byte[] _left = new byte[4_096];

    public TestProgram(
        int flowEntries = 1_024, int stallTimeoutMs = 0, int pipelines = 1, ulong ownMac = 0, ushort vlan = 0,
        ChallengeSettings challenges = default)
    {
        Program = HyperplaneProgram.Load(
            flowEntries, stallTimeoutMs, pipelines, ListenerSlots, Tunnel, ownMac, MtuBytes, vlan, challenges,
            TargetSlots);
        new PrefixMap(Program, Tunnel.AddressBe).Use(OwnPrefixes, TunnelSources);
        for (uint i = 0; i < Hops.Length; i++)
            Assert.Equal(0, Program.NextHops.Update(i, Hops[i]));
        Flows = Program.Cache;
    }

    public static IPNetwork[] OwnPrefixes { get; } =
    [
        .. new[] { "203.0.113.0/24", "198.51.100.0/28", "2001:db8:10::/48", "2001:db8:20:8::/61" }
            .Select(IPNetwork.Parse),
    ];

    public static IPAddress[] TunnelSources { get; } =
        [IPAddress.Parse(NodeAddress), IPAddress.Parse("2001:db8:f::1")];

    public static TunnelEnd Tunnel => new(Be(NodeAddress), TunnelMtuBytes);

    public HyperplaneProgram Program { get; }

    public BpfFlowCache Flows { get; }

    /// <summary>What the last run left, and what it counted besides Received.</summary>
    public (XdpVerdict Verdict, byte[] Frame, PacketCounter Counter) Run(byte[] frame)
    {
        ulong[] before = Counters();
        BpfTestRun run = BpfTestRun.Run(Program.Descriptor, frame, _left);
        ulong[] after = Counters();
        var counted = Enum.GetValues<PacketCounter>().Where(c => after[(int)c] != before[(int)c]).ToList();
        Assert.Equal(2, counted.Count);
        Assert.Equal(PacketCounter.Received, counted[0]);
        Assert.All(counted, c => Assert.Equal(1UL, after[(int)c] - before[(int)c]));
        return (run.Verdict, _left[..run.LengthBytes], counted[1]);
    }

    public ulong[] Counters()
    {
        ulong[] counters = new ulong[HyperplaneProgram.CounterCount];
        Program.ReadCounters(counters);
        return counters;
    }

    public static FlowKey Key(
        string source, int sourcePort, string destination, int destinationPort, int protocol = 6) =>
        new(Frame.Address(source), Frame.Address(destination), Be(sourcePort), Be(destinationPort), (uint)protocol);

    /// <summary>The entry that turns a key into another, with deltas summed word by word.</summary>
    public static FlowEntry Entry(
        FlowKey from, FlowKey to, int nextHop = SameInterface, uint counterSlot = 0, int targetSlot = 0)
    {
        uint addresses = Words(to.Source) + Words(to.Destination)
            + NotWords(from.Source) + NotWords(from.Destination);
        uint all = addresses + to.SourcePortBe + to.DestinationPortBe
            + (ushort)~from.SourcePortBe + (ushort)~from.DestinationPortBe;
        return new FlowEntry
        {
            Source = to.Source,
            Destination = to.Destination,
            SourcePortBe = to.SourcePortBe,
            DestinationPortBe = to.DestinationPortBe,
            IpChecksumDelta = from.IsIpv4 && to.IsIpv4 ? Fold(addresses) : (ushort)0,
            L4ChecksumDelta = Fold(all),
            NextHop = (uint)nextHop,
            CounterSlot = counterSlot,
            TargetSlot = targetSlot,
        };
    }

    public static uint Be(string address)
    {
        Span<byte> octets = stackalloc byte[4];
        Assert.True(IPAddress.Parse(address).TryWriteBytes(octets, out _));
        return MemoryMarshal.Read<uint>(octets);
    }

    public static ushort Be(int port) => (ushort)IPAddress.HostToNetworkOrder((short)port);

    public void Dispose() => Program.Dispose();

    private static uint Words(in PacketAddress address) => WordsOf(address, word => word);

    private static uint NotWords(in PacketAddress address) => WordsOf(address, word => (ushort)~word);

    private static uint WordsOf(in PacketAddress address, Func<ushort, ushort> of)
    {
        byte[] bytes = address.ToIPAddress().GetAddressBytes();
        return (uint)Enumerable.Range(0, bytes.Length / 2).Sum(i => of(BitConverter.ToUInt16(bytes, i * 2)));
    }

    private static ushort Fold(uint sum)
    {
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
