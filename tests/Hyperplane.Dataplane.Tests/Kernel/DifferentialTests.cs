using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.BadInput;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>The same frames through the XDP program in the kernel and through its model in C#.</summary>
public sealed class DifferentialTests
{
    private const int FlowCount = 64;
    private const int Pipelines = 4;
    private const int RelayCount = 32;
    private const int TunnelCount = 20;
    private const int Frames = 30_000;
    private const int HostileCount = 1_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_101)]
    public void Both_engines_give_every_frame_the_same_verdict_bytes_and_counters(int seed) =>
        Compare(seed, Frames, (random, keys) => () => Mutate(random, Base(random, keys)));

    [Fact]
    public void A_million_random_and_mutated_frames_mean_the_same_to_both_engines() =>
        Compare(seed: 20_262, HostileCount, (random, keys) =>
        {
            var pool = new FramePool(
                NodeAddress, ["10.0.0.1", "10.0.0.2", "10.0.0.4", "10.0.0.6"], PeerMacs: []);
            var frames = new HostileFrames(random, pool.Make(random, [.. keys], 5_000));
            byte[] buffer = new byte[HostileFrames.BufferBytes];
            return () => buffer[..frames.Next(buffer)];
        });

    private static void Compare(int seed, int frames, Func<Random, ImmutableArray<FlowKey>, Func<byte[]>> source)
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        using var program = new TestProgram(pipelines: Pipelines);
        var cache = new RecordingFlowCache(1_024);
        var model = new CachedPath(
            cache, new TestHops(), new PrefixSet([.. TestProgram.OwnPrefixes]))
        {
            MtuBytes = TestProgram.MtuBytes,
            Relays = new RecordingRelayCache(1_024),
            Tunnel = Tunnel,
            TunnelSources = TestProgram.TunnelSources.Select(PacketAddress.Of).ToHashSet(),
        };
        var random = new Random(seed);
        ImmutableArray<FlowKey> keys =
            [.. Install(random, program.Flows, cache), .. InstallTunnels(random, program.Flows, cache)];
        var paths = new BpfPathMtus(program.Program.PathMtus, program.Program.NarrowestPath);
        InstallPaths(keys, cache, model.PathMtus, paths);
        var relayCache = new BpfRelayCache(program.Program.Relays, program.Program.Relays6);
        ImmutableArray<FlowKey> relayed = InstallRelays(random, relayCache, model.Relays);
        var peers = new PeerMaps(
            program.Program.Peers, program.Program.PeerMacs, program.Program.PeerAddresses, ownNode: 9);
        keys = [.. keys, .. relayed];
        ulong[] counted = new ulong[HyperplaneProgram.CounterCount];
        var left = new byte[4_096];
        var fins = new int[Pipelines];
        Func<byte[]> next = source(random, keys);

        for (int i = 0; i < frames; i++)
        {
            if (i % 1_000 == 0)
                UsePeers(random, peers, model);
            byte[] frame = next();
            if (random.Next(8) == 0)
                TestFrame.SetSourceMac(frame, Hops[random.Next(Hops.Length)].DestinationMac);
            byte[] byModel = [.. frame];
            PacketCounter expected = model.Process(byModel, 1, out uint interfaceIndex);
            BpfTestRun run = BpfTestRun.Run(program.Program.Descriptor, frame, left);
            bool isSameVerdict = Verdict(expected, interfaceIndex) == run.Verdict;
            byte[] expectedBytes = model.Resized ?? byModel;
            if (!isSameVerdict || !expectedBytes.AsSpan().SequenceEqual(left.AsSpan(0, run.LengthBytes)))
                Assert.Fail($"seed {seed}, frame {i}, {Convert.ToHexString(frame)}: {expected}, {run.Verdict}");
            for (int pipeline = 0; pipeline < Pipelines; pipeline++)
            {
                bool isFin = cache.TryTakeFin(pipeline, out FlowFin expectedFin);
                Assert.Equal((isFin, expectedFin), (program.Flows.TryTakeFin(pipeline, out FlowFin fin), fin));
                fins[pipeline] += isFin ? 1 : 0;
            }
            counted[(int)PacketCounter.Received]++;
            counted[(int)(expected == PacketCounter.Punted ? PacketCounter.DropNoSocket : expected)]++;
        }

        Assert.Equal(counted, program.Counters());
        Assert.All(fins, one => Assert.True(one > frames / 1_000 / Pipelines, $"only {one} FINs"));
        Assert.All(
            [
                PacketCounter.Passed, PacketCounter.Forwarded, PacketCounter.DropNoSocket,
                PacketCounter.DropTtl, PacketCounter.DropNextHopUnresolved, PacketCounter.Relayed,
                PacketCounter.Tunnelled, PacketCounter.DropTunnel, PacketCounter.Translated,
                PacketCounter.Encapsulated,
            ],
            counter => Assert.True(
                counted[(int)counter] > (ulong)frames / 200, $"only {counted[(int)counter]} {counter}"));
        foreach (FlowKey key in relayed)
        {
            Assert.True(model.Relays.TryRead(key, out RelayEntry expected));
            Assert.True(relayCache.TryRead(key, out RelayEntry given));
            Assert.Equal(expected.Packets, given.Packets);
        }

        ulong logged = 0;
        foreach (FlowKey key in keys.Except(relayed))
        {
            Assert.True(cache.TryRead(key, out FlowEntry expected));
            Assert.True(program.Flows.TryRead(key, out FlowEntry given));
            Assert.Equal((expected.Owner, expected.AcknowledgementBe), (given.Owner, given.AcknowledgementBe));
            Assert.True(cache.TryTakeCount(key, out ulong frames1, out ulong bytes1));
            Assert.True(program.Flows.TryTakeCount(key, out ulong frames2, out ulong bytes2));
            Assert.Equal((frames1, bytes1), (frames2, bytes2));
            logged += frames1;
        }

        Assert.True(logged > (ulong)frames / 50, $"only {logged} frames of logged flows");

        for (uint slot = 0; slot < ListenerSlots; slot++)
        {
            ListenerCount count = program.Program.Listeners.Read(slot);
            Assert.Equal(cache.Counted(slot), (count.Packets, count.Bytes));
        }

        for (uint slot = 0; slot < TargetSlots; slot++)
        {
            ListenerCount count = program.Program.Targets.Read(slot);
            Assert.Equal(cache.CountedTarget(slot), (count.Packets, count.Bytes));
        }
    }

    private static XdpVerdict Verdict(PacketCounter counter, uint interfaceIndex) => counter switch
    {
        PacketCounter.Passed => XdpVerdict.Pass,
        PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Tunnelled or PacketCounter.Translated
            or PacketCounter.Encapsulated => interfaceIndex == 1 ? XdpVerdict.Transmit : XdpVerdict.Redirect,
        _ => XdpVerdict.Drop,
    };

    private static ImmutableArray<FlowKey> Install(Random random, params IFlowCache[] caches)
    {
        var keys = ImmutableArray.CreateBuilder<FlowKey>();
        for (int i = 0; i < FlowCount; i++)
        {
            int protocol = (i & 1) == 0 ? 6 : 17;
            // Half within IPv4; else within IPv6, or from one into the other.
            bool isIpv4 = i % 8 is < 4 or 5;
            bool toIpv4 = i % 8 is < 4 or 6;
            FlowKey from = (i & 2) == 0
                ? Key(isIpv4 ? $"192.0.2.{i}" : $"2001:db8:c::{i}", 30_000 + i, isIpv4 ? Vip : Vip6, 80, protocol)
                : Key(isIpv4 ? $"10.1.0.{i}" : $"2001:db8:a::{i}", 8080, isIpv4 ? Snat : Snat6, 20_000 + i, protocol);
            FlowKey to = Key(
                Address(random, toIpv4), random.Next(65_536), Address(random, toIpv4), random.Next(65_536), protocol);
            int hop = i % 10 == 9 ? Unresolved : 1 + (i % 2);
            FlowEntry entry = Entry(from, to, hop, (uint)random.Next(ListenerSlots));
            entry.Home = random.Next(Pipelines);
            entry.IsLogged = i % 3 == 0;
            Assert.All(caches, cache => Assert.True(cache.TryBeginCount(from) && cache.TryInstall(from, entry)));
            keys.Add(from);
        }

        return keys.ToImmutable();
    }

    /// <summary>Flows in mode dsr: each encapsulation over both families, from both.</summary>
    private static ImmutableArray<FlowKey> InstallTunnels(Random random, params IFlowCache[] caches)
    {
        TunnelPath[] paths =
        [
            new(TunnelKind.Gue, 6_080, 0), new(TunnelKind.Ipip, 0, 0), new(TunnelKind.Gre, 0, 0),
            new(TunnelKind.Gre, 0, 0x123456), new(TunnelKind.Vxlan, 4_790, 0xabcdef),
        ];
        var keys = ImmutableArray.CreateBuilder<FlowKey>();
        for (int i = 0; i < TunnelCount; i++)
        {
            int protocol = i / paths.Length % 2 == 0 ? 6 : 17;
            bool isIpv4 = (i & 1) == 0;
            bool toIpv4 = (i & 2) == 0;
            FlowKey key = Key(
                isIpv4 ? $"192.0.2.{i}" : $"2001:db8:c::{i}", 32_000 + i, isIpv4 ? Vip : Vip6, 80, protocol);
            var entry = new FlowEntry
            {
                Tunnel = paths[i % paths.Length],
                Source = PacketAddress.Of(IPAddress.Parse(Address(random, toIpv4))),
                Destination = PacketAddress.Of(IPAddress.Parse(Address(random, toIpv4))),
                DestinationPortBe = (ushort)random.Next(65_536),
                NextHop = i % 10 == 9 ? (uint)Unresolved : 1 + (uint)(i % 2),
                CounterSlot = (uint)random.Next(ListenerSlots),
                TargetSlot = random.Next(-1, TargetSlots / 2),
                Home = random.Next(Pipelines),
                IsLogged = i % 3 == 0,
            };
            Assert.All(caches, cache => Assert.True(cache.TryBeginCount(key) && cache.TryInstall(key, entry)));
            keys.Add(key);
        }

        return keys.ToImmutable();
    }

    /// <summary>Every second tunnel leads to where less arrives than the interface carries.</summary>
    private static void InstallPaths(
        ImmutableArray<FlowKey> keys, RecordingFlowCache flows, params IPathMtuCache[] caches)
    {
        foreach ((int place, FlowKey key) in keys.Index())
        {
            if (place % 2 == 0 && flows.TryRead(key, out FlowEntry entry) && entry.IsTunnelled)
                Assert.All(caches, cache => Assert.True(cache.TryInstall(entry.Destination, 110 + place)));
        }
    }

    private static ImmutableArray<FlowKey> InstallRelays(Random random, params IRelayCache[] caches)
    {
        var keys = ImmutableArray.CreateBuilder<FlowKey>();
        for (int i = 0; i < RelayCount; i++)
        {
            int protocol = (i & 1) == 0 ? 6 : 17;
            FlowKey key = (i & 2) == 0
                ? Key($"192.0.2.{i}", 31_000 + i, Vip, 80, protocol)
                : Key($"2001:db8:c::{i}", 31_000 + i, Vip6, 80, protocol);
            var entry = new RelayEntry
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

    private static byte[] Base(Random random, ImmutableArray<FlowKey> keys)
    {
        bool isIpv4 = random.Next(2) == 0;
        FlowKey key = random.Next(10) == 0
            ? Key(Address(random, isIpv4), random.Next(65_536),
                random.Next(2) == 0 ? isIpv4 ? Vip : Vip6 : Address(random, isIpv4), random.Next(65_536))
            : keys[random.Next(keys.Length)];
        string source = key.Source.ToString();
        string destination = key.Destination.ToString();
        int sourcePort = (ushort)IPAddress.NetworkToHostOrder((short)key.SourcePortBe);
        int destinationPort = (ushort)IPAddress.NetworkToHostOrder((short)key.DestinationPortBe);
        if (random.Next(20) == 0 && key.IsIpv4)
            (destination, destinationPort) = (NodeAddress, random.Next(4) == 0 ? 6_081 : 6_080);
        if (random.Next(40) == 0)
            return AboutTunnel(random, isIpv4);
        byte ttl = random.Next(20) == 0 ? (byte)random.Next(3) : (byte)random.Next(2, 256);
        byte flags = random.Next(4) == 0 ? (byte)random.Next(256) : TestFrame.Ack;
        byte[] frame = key.Protocol == 6
            ? TestFrame.Tcp(source, sourcePort, destination, destinationPort, flags, random.Next(200), ttl)
            : TestFrame.Udp(source, sourcePort, destination, destinationPort, random.Next(200), ttl);
        random.NextBytes(frame.AsSpan(frame.Length - Math.Min(8, frame.Length - 54 < 0 ? 0 : 8)));
        TestFrame.FixChecksums(frame);
        if (key.Protocol == 17 && random.Next(4) == 0)
            frame[TestFrame.TransportAt(frame) + 6] = frame[TestFrame.TransportAt(frame) + 7] = 0;
        return random.Next(5) == 0 ? Wrap(random, frame) : frame;
    }

    /// <summary>An ICMP error to the beginning of a tunnel, mostly about a packet of it that was too long.</summary>
    private static byte[] AboutTunnel(Random random, bool isIpv4)
    {
        byte[] protocols = [4, 41, 47, 17, 17, 17, 50];
        string source = TestProgram.TunnelSources[isIpv4 ? 0 : 1].ToString();
        byte[] datagram = [(byte)random.Next(0xbe, 0x100), 1, 0x17, 0xc0, 0, 8, 0, 0];
        byte[] quoted = TestFrame.Ip(source, Address(random, isIpv4), protocols[random.Next(7)], datagram);
        byte[] kind = isIpv4 ? [3, 4] : [2, 0];
        byte[] icmp = [.. kind, 0, 0, 0, 0, 4, 0, .. quoted[14..random.Next(quoted.Length - 10, quoted.Length + 1)]];
        return TestFrame.Ip(
            Address(random, isIpv4), random.Next(5) == 0 ? Address(random, isIpv4) : source,
            isIpv4 ? (byte)1 : (byte)58, icmp);
    }

    /// <summary>The packet inside GUE, mostly from a node of the cell and with the right header.</summary>
    private static byte[] Wrap(Random random, byte[] frame)
    {
        byte right = TestFrame.IsIpv6(frame) ? (byte)41 : (byte)4;
        byte follows = random.Next(10) == 0 ? (byte)random.Next(256) : right;
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

    private static string Address(Random random, bool isIpv4)
    {
        byte[] bytes = new byte[isIpv4 ? 4 : 16];
        random.NextBytes(bytes);
        return new IPAddress(bytes).ToString();
    }

    private sealed class TestHops : INextHops
    {
        public uint For(in PacketAddress destination) => destination.Ipv4Be >> 24 == 4 ? (uint)OtherInterface : 0;

        public uint Direct(in PacketAddress address) =>
            address.Ipv4Be >> 24 is var host && host < Hops.Length ? host : 0;

        public bool TryGet(uint index, out NextHop hop)
        {
            hop = index < Hops.Length ? Hops[index] : default;
            return hop.Resolved != 0;
        }
    }
}
