using System.Diagnostics;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Dataplane;

/// <summary>A veth pair: frames are generated and swallowed on the left, and what is measured is on the
/// right.</summary>
internal sealed class Wire : IDisposable
{
    private const int FrameBytes = 60;
    private const int FramesPerCall = 1 << 18;
    private const double WarmSeconds = 0.5;
    private const double Seconds = 3;
    private const int GeneratorCpu = 0;

    private readonly NetworkNamespace _left = NetworkNamespace.Create();
    private readonly byte[] _traffic = File.ReadAllBytes(Objects.Path("traffic.bpf.o"));
    private readonly InterfaceInfo _leftLink;
    private readonly BpfObject _sink;
    private readonly XdpLink _sinkLink;

    public Wire()
    {
        NetworkNamespace.Join(_left, "l0", Right, "r0");
        RightLink = BenchThread.Run(Right, -1, () => InterfaceInfo.Read("r0"));
        _leftLink = BenchThread.Run(_left, -1, () => InterfaceInfo.Read("l0"));
        _sink = Load(default);
        _sinkLink = BenchThread.Run(_left, -1, () => XdpLink.Attach(_sink.Program("swallow"), _leftLink.Index, "l0"));
    }

    public NetworkNamespace Right { get; } = NetworkNamespace.Create();

    public InterfaceInfo RightLink { get; }

    /// <summary>The left end, as a next hop sees it.</summary>
    public ulong LeftMac => _leftLink.Mac;

    /// <summary>Programs that make and reflect traffic, to be disposed.</summary>
    public BpfObject Load(in TrafficConfig config)
    {
        BpfObject program = BpfObject.OpenMemory(_traffic, "traffic");
        program.WriteConstants(in config);
        program.Load();
        return program;
    }

    /// <summary>Attaches a program on the right.</summary>
    public XdpLink AttachRight(int program) =>
        BenchThread.Run(Right, -1, () => XdpLink.Attach(program, RightLink.Index, "r0"));

    /// <summary>Frames a second that came back, while one CPU generates as many as it can.</summary>
    public double Measure(uint vipBe, uint firstClient, ushort portBe, int flowCount)
    {
        using BpfObject generator = Load(new TrafficConfig
        {
            DestinationMac = RightLink.Mac,
            VipBe = vipBe,
            FirstClient = firstClient,
            PortBe = portBe,
            InterfaceIndex = (uint)_leftLink.Index,
            FlowCount = (uint)flowCount,
        });
        int program = generator.Program("generate");
        return BenchThread.Run(_left, GeneratorCpu, () =>
        {
            Generate(program, WarmSeconds);
            ulong before = Swallowed();
            double seconds = Generate(program, Seconds);
            return (Swallowed() - before) / seconds;
        });
    }

    public void Dispose()
    {
        _sinkLink.Dispose();
        _sink.Dispose();
        _left.Dispose();
        Right.Dispose();
    }

    private double Generate(int program, double seconds)
    {
        byte[] frame = new byte[FrameBytes];
        long start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            BpfTestRun.Generate(program, frame, _leftLink.Index, FramesPerCall);
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);
        return elapsed;
    }

    private ulong Swallowed()
    {
        Span<ulong> perCpu = stackalloc ulong[LibBpf.PossibleCpuCount()];
        _ = _sink.Map("swallowed").LookupPerCpu(0, perCpu, 1);
        ulong sum = 0;
        foreach (ulong count in perCpu)
            sum += count;
        return sum;
    }
}
