using System.Buffers.Binary;
using System.Collections.Immutable;
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

/// <summary>The same frames through the XDP program in the kernel and through its model in C#.</summary>
public sealed class DifferentialTests
{
    private const int FlowCount = 40;
    private const int RelayCount = 24;
    private const int Frames = 30_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_101)]
    public void Both_engines_give_every_frame_the_same_verdict_bytes_and_counters(int seed)
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        using var program = new TestProgram();
        var cache = new RecordingFlowCache(1_024);
        var model = new CachedPath(
            cache, new TestHops(),
            new OwnPrefixes([IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28")]))
        {
            Relays = new RecordingRelayCache(1_024),
            Tunnel = Tunnel,
        };
        var random = new Random(seed);
        ImmutableArray<FlowKey4> keys = Install(random, program.Flows, cache);
        var relayCache = new BpfRelayCache(program.Program.Relays);
        ImmutableArray<FlowKey4> relayed = InstallRelays(random, relayCache, model.Relays);
        var peers = new PeerMaps(
            program.Program.Peers, program.Program.PeerMacs, program.Program.PeerAddresses, ownNode: 9);
        keys = [.. keys, .. relayed];
        ulong[] counted = new ulong[HyperplaneProgram.CounterCount];
        var left = new byte[4_096];

        for (int i = 0; i < Frames; i++)
        {
            if (i % 1_000 == 0)
                UsePeers(random, peers, model);
            byte[] frame = Mutate(random, Base(random, keys));
            if (random.Next(8) == 0)
                TestFrame.SetSourceMac(frame, Hops[random.Next(Hops.Length)].DestinationMac);
            byte[] byModel = [.. frame];
            PacketCounter expected = model.Process(byModel, 1, out uint interfaceIndex);
            BpfTestRun run = BpfTestRun.Run(program.Program.Descriptor, frame, left);
            string name = $"seed {seed}, frame {i}, {Convert.ToHexString(frame)}";
            Assert.True(Verdict(expected, interfaceIndex) == run.Verdict, $"{name}: {expected} and {run.Verdict}");
            byte[] expectedBytes = model.Resized ?? byModel;
            Assert.True(expectedBytes.AsSpan().SequenceEqual(left.AsSpan(0, run.LengthBytes)), $"{name}: other bytes");
            counted[(int)PacketCounter.Received]++;
            counted[(int)(expected == PacketCounter.Punted ? PacketCounter.DropNoSocket : expected)]++;
        }

        Assert.Equal(counted, program.Counters());
        Assert.All(
            [
                PacketCounter.Passed, PacketCounter.Forwarded, PacketCounter.DropNoSocket,
                PacketCounter.DropTtl, PacketCounter.DropNextHopUnresolved, PacketCounter.Relayed,
                PacketCounter.Tunnelled, PacketCounter.DropTunnel,
            ],
            counter => Assert.True(counted[(int)counter] > Frames / 200, $"only {counted[(int)counter]} {counter}"));
        foreach (FlowKey4 key in relayed)
        {
            Assert.True(model.Relays.TryRead(key, out RelayEntry4 expected));
            Assert.True(relayCache.TryRead(key, out RelayEntry4 given));
            Assert.Equal(expected.Packets, given.Packets);
        }

        foreach (FlowKey4 key in keys.Except(relayed))
        {
            Assert.True(cache.TryRead(key, out FlowEntry4 expected));
            Assert.True(program.Flows.TryRead(key, out FlowEntry4 given));
            Assert.Equal((expected.Packets, expected.AcknowledgementBe), (given.Packets, given.AcknowledgementBe));
        }

        for (uint slot = 0; slot < ListenerSlots; slot++)
        {
            ListenerCount count = program.Program.Listeners.Read(slot);
            Assert.Equal(cache.Counted(slot), (count.Packets, count.Bytes));
        }
    }

    private static XdpVerdict Verdict(PacketCounter counter, uint interfaceIndex) => counter switch
    {
        PacketCounter.Passed => XdpVerdict.Pass,
        PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Tunnelled =>
            interfaceIndex == 1 ? XdpVerdict.Transmit : XdpVerdict.Redirect,
        _ => XdpVerdict.Drop,
    };

    private static ImmutableArray<FlowKey4> Install(Random random, params IFlowCache[] caches)
    {
        var keys = ImmutableArray.CreateBuilder<FlowKey4>();
        for (int i = 0; i < FlowCount; i++)
        {
            int protocol = (i & 1) == 0 ? 6 : 17;
            FlowKey4 from = (i & 2) == 0
                ? Key($"192.0.2.{i}", 30_000 + i, Vip, 80, protocol)
                : Key($"10.1.0.{i}", 8080, Snat, 20_000 + i, protocol);
            FlowKey4 to = Key(Address(random), random.Next(65_536), Address(random), random.Next(65_536), protocol);
            int hop = i % 10 == 9 ? Unresolved : 1 + (i % 2);
            FlowEntry4 entry = Entry(from, to, hop, (uint)random.Next(ListenerSlots));
            Assert.All(caches, cache => Assert.True(cache.TryInstall(from, entry)));
            keys.Add(from);
        }

        return keys.ToImmutable();
    }

    private static ImmutableArray<FlowKey4> InstallRelays(Random random, params IRelayCache[] caches)
    {
        var keys = ImmutableArray.CreateBuilder<FlowKey4>();
        for (int i = 0; i < RelayCount; i++)
        {
            int protocol = (i & 1) == 0 ? 6 : 17;
            FlowKey4 key = Key($"192.0.2.{i}", 31_000 + i, Vip, 80, protocol);
            var entry = new RelayEntry4
            {
                OwnerNode = (ushort)(1 + (i % 4)), OwnerStart = (ulong)random.Next(1, 3),
                TunnelPortBe = (ushort)random.Next(65_536),
            };
            Assert.All(caches, cache => Assert.True(cache.TryInstall(key, entry)));
            keys.Add(key);
        }

        return keys.ToImmutable();
    }

    /// <summary>Nodes 1 to 3 by the next hops of those numbers, alive or not; node 4 is behind a gateway.</summary>
    private static void UsePeers(Random random, PeerMaps maps, CachedPath model)
    {
        PeerNode[] nodes =
        [
            .. Enumerable.Range(1, 4).Select(node => new PeerNode(
                (ushort)node, new IPAddress([10, 0, 0, (byte)node]), (ulong)random.Next(1, 3), random.Next(4) != 0)),
        ];
        maps.Use(nodes, new TestHops());
        model.Peers = new PeerTable(nodes, new TestHops(), ownNode: 9);
    }

    private static byte[] Base(Random random, ImmutableArray<FlowKey4> keys)
    {
        FlowKey4 key = random.Next(10) == 0
            ? Key(Address(random), random.Next(65_536),
                random.Next(2) == 0 ? Vip : Address(random), random.Next(65_536))
            : keys[random.Next(keys.Length)];
        string source = new IPAddress(key.SourceBe).ToString();
        string destination = new IPAddress(key.DestinationBe).ToString();
        int sourcePort = (ushort)IPAddress.NetworkToHostOrder((short)key.SourcePortBe);
        int destinationPort = (ushort)IPAddress.NetworkToHostOrder((short)key.DestinationPortBe);
        if (random.Next(20) == 0)
            (destination, destinationPort) = (NodeAddress, random.Next(4) == 0 ? 6_081 : 6_080);
        byte ttl = random.Next(20) == 0 ? (byte)random.Next(3) : (byte)random.Next(2, 256);
        byte flags = random.Next(4) == 0 ? (byte)random.Next(256) : TestFrame.Ack;
        byte[] frame = key.Protocol == 6
            ? TestFrame.Tcp(source, sourcePort, destination, destinationPort, flags, random.Next(200), ttl)
            : TestFrame.Udp(source, sourcePort, destination, destinationPort, random.Next(200), ttl);
        random.NextBytes(frame.AsSpan(frame.Length - Math.Min(8, frame.Length - 54 < 0 ? 0 : 8)));
        TestFrame.FixChecksums(frame);
        if (key.Protocol == 17 && random.Next(4) == 0)
            frame[40] = frame[41] = 0;
        return random.Next(5) == 0 ? Wrap(random, frame) : frame;
    }

    /// <summary>The packet inside GUE, mostly from a node of the cell and with the right header.</summary>
    private static byte[] Wrap(Random random, byte[] frame)
    {
        byte follows = random.Next(10) == 0 ? (byte)random.Next(256) : (byte)4;
        byte[] datagram = [0xc0, (byte)random.Next(256), 0x17, 0xc0, 0, 0, 0, 0, 0, follows, 0, 0, .. frame[14..]];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        return TestFrame.Ip($"10.0.0.{random.Next(1, 7)}", NodeAddress, 17, datagram);
    }

    private static byte[] Mutate(Random random, byte[] frame)
    {
        switch (random.Next(10))
        {
            case 0:
                frame = frame[..random.Next(14, frame.Length + 1)];
                break;
            case 1:
                frame = [.. frame, .. new byte[random.Next(1, 40)]];
                break;
            case 2:
                frame[random.Next(12, Math.Min(54, frame.Length))] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                frame[random.Next(14, Math.Min(54, frame.Length))] = (byte)random.Next(256);
                TestFrame.FixIpChecksum(frame);
                break;
            case 4:
                frame[20] = (byte)random.Next(256);
                TestFrame.FixIpChecksum(frame);
                break;
            default:
                break;
        }

        return frame;
    }

    private static string Address(Random random) =>
        new IPAddress((uint)random.Next() | ((uint)random.Next(2) << 31)).ToString();

    private sealed class TestHops : INextHops
    {
        public uint For(uint destinationBe) => destinationBe >> 24 == 4 ? (uint)OtherInterface : 0;

        public uint Direct(uint addressBe) => addressBe >> 24 is var host && host < Hops.Length ? host : 0;

        public bool TryGet(uint index, out NextHop hop)
        {
            hop = index < Hops.Length ? Hops[index] : default;
            return hop.Resolved != 0;
        }
    }
}
