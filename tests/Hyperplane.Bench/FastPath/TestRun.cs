using System.Buffers.Binary;
using System.Net;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.FastPath;

/// <summary>Runs a program a hundred thousand times, on a frame of another flow each time.</summary>
internal sealed class TestRun : IDisposable
{
    private const int Repeat = 100_000;
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
    private readonly int _walk;
    private readonly byte[] _left = new byte[Ipv6FrameBytes + Headroom];

    /// <summary>Frames from clients to one address and port.</summary>
    /// <param name="destination">The address.</param>
    /// <param name="flowCount">Clients' ports, then addresses.</param>
    /// <param name="flags">A frame without ACK carries nothing.</param>
    public TestRun(IPAddress destination, int flowCount, TcpFlags flags = TcpFlags.Ack)
    {
        (Destination, FlowCount) = (PacketAddress.Of(destination), flowCount);
        int wholeBytes = Destination.IsIpv4 ? Ipv4FrameBytes : Ipv6FrameBytes;
        FrameBytes = flags == TcpFlags.Ack ? wholeBytes : wholeBytes - PayloadBytes;
        _harness = BpfObject.OpenMemory(File.ReadAllBytes(Objects.Path("testrun.bpf.o")), "testrun");
        _harness.SetMaxEntries(Destination.IsIpv4 ? "bare_flows" : "bare_flows6", MapEntries(flowCount));
        _harness.WriteConstants(new TestRunConfig
        {
            DestinationBe = Destination.Ipv4Be, FirstClient = FirstClient, PortBe = Port,
            FrameBytes = (ushort)FrameBytes, FlowCount = (uint)flowCount, Destination6 = Destination,
            Client6 = new PacketAddress(Clients6, 0), TcpFlags = (uint)flags,
        });
        _harness.Load();
        _underTest = _harness.Map("under_test");
        _walk = _harness.Program(Destination.IsIpv4 ? "walk" : "walk6");
    }

    /// <summary>Of a flow map for so many flows: two entries each.</summary>
    public static int MapEntries(int flowCount) => Math.Max(1_024, flowCount * 2);

    public int FlowCount { get; }

    public static ushort Port { get; } = AddressBytes.Be((ushort)80);

    private int FrameBytes { get; }

    private PacketAddress Destination { get; }

    /// <summary>Maps of the flow maps' kinds, for <c>look_up</c> and <c>look_up6</c>.</summary>
    public BpfFlowCache BareFlows => new(_harness.Map("bare_flows"), _harness.Map("bare_flows6"), fins: null);

    /// <summary>The program that looks a frame up there.</summary>
    public int LookUp => Program(Destination.IsIpv4 ? "look_up" : "look_up6");

    /// <summary>A program of the harness itself.</summary>
    public int Program(string name) => _harness.Program(name);

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
