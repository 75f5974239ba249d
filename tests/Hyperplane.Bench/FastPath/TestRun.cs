using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.FastPath;

/// <summary>Runs a program twenty thousand times, on a frame of another flow each time.</summary>
internal sealed class TestRun : IDisposable
{
    private const int Repeat = 20_000;
    private const int Ipv4FrameBytes = 60;
    private const int Ipv6FrameBytes = Ipv4FrameBytes + FamilyTranslator.HeaderDifference;
    private const int PayloadBytes = 6;
    private const int Headroom = 64;
    private const int FlowsPerAddress = 32_768;
    private const int FirstPort = 1_024;
    private static readonly ulong Clients6 = PacketAddress.Of(IPAddress.Parse("2001:db8:c::")).First;
    private static readonly uint FirstClient = BinaryPrimitives.ReadUInt32BigEndian([10, 9, 0, 1]);

    private readonly BpfObject _harness;
    private readonly BpfMap _underTest;
    private readonly BpfMap _bare;
    private readonly int _walk;
    private readonly byte[] _left = new byte[Ipv6FrameBytes + Headroom];

    /// <summary>Frames from clients to one address and port.</summary>
    /// <param name="destination">The address.</param>
    /// <param name="flowCount">Clients' ports, then addresses.</param>
    /// <param name="crosses">Whether flows have to do with IPv6, though the frames may be IPv4.</param>
    /// <param name="flags">A frame without ACK carries nothing.</param>
    public TestRun(IPAddress destination, int flowCount, bool crosses = false, TcpFlags flags = TcpFlags.Ack)
    {
        (Destination, FlowCount) = (PacketAddress.Of(destination), flowCount);
        int wholeBytes = Destination.IsIpv4 ? Ipv4FrameBytes : Ipv6FrameBytes;
        FrameBytes = flags == TcpFlags.Ack ? wholeBytes : wholeBytes - PayloadBytes;
        string bare = Destination.IsIpv4 && !crosses ? "bare_flows" : "bare_flows6";
        _harness = BpfObject.OpenMemory(File.ReadAllBytes(Objects.Path("testrun.bpf.o")), "testrun");
        _harness.SetMaxEntries(bare, MapEntries(flowCount));
        _harness.WriteConstants(new TestRunConfig
        {
            DestinationBe = Destination.Ipv4Be, FirstClient = FirstClient, PortBe = Port,
            FrameBytes = (ushort)FrameBytes, FlowCount = (uint)flowCount, Destination6 = Destination,
            Client6 = new PacketAddress(Clients6, 0), TcpFlags = (uint)flags,
        });
        _harness.Load();
        _underTest = _harness.Map("under_test");
        _bare = _harness.Map(bare);
        LookUp = Program(bare == "bare_flows" ? "look_up" : Destination.IsIpv4 ? "look_up_mapped" : "look_up6");
        _walk = _harness.Program(Destination.IsIpv4 ? "walk" : "walk6");
    }

    /// <summary>Of a flow map for so many flows: two entries each.</summary>
    public static int MapEntries(int flowCount) => Math.Max(1_024, flowCount * 2);

    public int FlowCount { get; }

    public static ushort Port { get; } = AddressBytes.Be((ushort)80);

    private int FrameBytes { get; }

    private PacketAddress Destination { get; }

    /// <summary>The program that looks a frame up in a map of the kind that its flow is in.</summary>
    public int LookUp { get; }

    /// <summary>A program of the harness itself.</summary>
    public int Program(string name) => _harness.Program(name);

    /// <summary>Puts a flow there.</summary>
    public bool TryInstallBare(in FlowKey key, in FlowEntry entry) =>
        (_bare.ValueBytes == Unsafe.SizeOf<FlowEntry>()
            ? _bare.Update(key, entry)
            : _bare.Update(FlowKey4.Of(key), FlowEntry4.Of(entry))) == 0;

    /// <summary>The keys of all flows' frames.</summary>
    public IEnumerable<FlowKey> Keys()
    {
        for (int flow = 0; flow < FlowCount; flow++)
        {
            uint clientBe = BinaryPrimitives.ReverseEndianness(FirstClient + (uint)(flow / FlowsPerAddress));
            PacketAddress client = Destination.IsIpv4 ? clientBe : new PacketAddress(Clients6, (ulong)clientBe << 32);
            ushort port = AddressBytes.Be((ushort)(FirstPort + (flow % FlowsPerAddress)));
            yield return new FlowKey(client, Destination, port, Port, (uint)IpProtocol.Tcp);
        }
    }

    /// <summary>Nanoseconds of one run, the harness included.</summary>
    /// <param name="program">The program's handle.</param>
    /// <param name="verdict">What it must answer.</param>
    public double Ns(int program, XdpVerdict verdict)
    {
        int error = _underTest.Update(0u, (uint)program);
        if (error != 0)
            throw new InvalidOperationException($"the program cannot be called: errno {-error}");
        BpfTestRun run = BpfTestRun.Run(_walk, new byte[FrameBytes], _left, Repeat);
        return run.Verdict == verdict
            ? run.DurationNs
            : throw new InvalidOperationException($"the program answered {run.Verdict}, not {verdict}");
    }

    public void Dispose() => _harness.Dispose();
}
