using System.Text.Json;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Forward;

/// <summary>Two veth pairs with what is measured between them: frames are generated in front of the first and end
/// behind the second.</summary>
/// <remarks>Generator, both veths, what is measured and the end share one CPU, so that the time of a frame is the sum
/// of what all of it costs; CPU time, so that what others on the machine do is left out. A second is one of CPU
/// time.</remarks>
internal sealed class Wire : IDisposable
{
    /// <summary>Interfaces of <see cref="Middle"/>: where frames come in and leave.</summary>
    public const string In = "hpbin";

    /// <inheritdoc cref="In"/>
    public const string Out = "hpbout";

    private const int FramesPerCall = 1 << 13;
    private const double Seconds = 0.05;
    private const int GeneratorCpu = 0;
    private const string Source = "l0";
    private const string End = "s0";

    private readonly NetworkNamespace _around = NetworkNamespace.Create();
    private readonly byte[] _traffic = File.ReadAllBytes(Objects.Path("traffic.bpf.o"));
    private readonly InterfaceInfo _source;
    private readonly InterfaceInfo _end;
    private readonly BpfObject _sink;
    private readonly SoftirqThread _softirqs = new(GeneratorCpu);

    public Wire()
    {
        NetworkNamespace.Join(_around, Source, Middle, In);
        NetworkNamespace.Join(_around, End, Middle, Out);
        (InLink, OutLink) = BenchThread.Run(Middle, -1, () => (InterfaceInfo.Read(In), InterfaceInfo.Read(Out)));
        (_source, _end) = BenchThread.Run(
            _around, -1, () => (InterfaceInfo.Read(Source), InterfaceInfo.Read(End)));
        _sink = Load(default);
    }

    public NetworkNamespace Middle { get; } = NetworkNamespace.Create();

    public InterfaceInfo InLink { get; }

    public InterfaceInfo OutLink { get; }

    /// <summary>The MAC address behind the second pair.</summary>
    public ulong EndMac => _end.Mac;

    /// <summary>Programs that make and redirect traffic, to be disposed.</summary>
    public BpfObject Load(in TrafficConfig config)
    {
        BpfObject program = BpfObject.OpenMemory(_traffic, "traffic");
        program.WriteConstants(in config);
        program.Load();
        return program;
    }

    /// <summary>Attaches a program where frames come in.</summary>
    public XdpLink Attach(int program) => BenchThread.Run(Middle, -1, () => XdpLink.Attach(program, InLink.Index, In));

    /// <summary>Frames a second that end where they come in: generator, one veth, and a program that drops.</summary>
    public double MeasureGenerated(in TrafficConfig traffic, int frameBytes)
    {
        using XdpLink link = Attach(_sink.Program("swallow"));
        return Measure(traffic, frameBytes, Swallowed);
    }

    /// <summary>Frames a second that reach the end: an XDP program that drops them, which redirected frames need, or
    /// the stack, which drops them for their MAC address.</summary>
    public double Measure(in TrafficConfig traffic, int frameBytes, bool isRedirected)
    {
        if (!isRedirected)
            return Measure(traffic, frameBytes, Received);
        using XdpLink link = BenchThread.Run(
            _around, -1, () => XdpLink.Attach(_sink.Program("swallow"), _end.Index, End));
        return Measure(traffic, frameBytes, Swallowed);
    }

    public void Dispose()
    {
        _sink.Dispose();
        _around.Dispose();
        Middle.Dispose();
    }

    private double Measure(TrafficConfig traffic, int frameBytes, Func<ulong> arrived)
    {
        traffic.DestinationMac = InLink.Mac;
        traffic.InterfaceIndex = (uint)_source.Index;
        using BpfObject generator = Load(traffic);
        int program = generator.Program("generate");
        return BenchThread.Run(_around, GeneratorCpu, () =>
        {
            byte[] frame = new byte[frameBytes];
            Generate(program, frame);
            ulong before = arrived();
            double began = CpuSeconds();
            double seconds;
            do
            {
                Generate(program, frame);
                seconds = CpuSeconds() - began;
            }
            while (seconds < Seconds);
            return (arrived() - before) / seconds;
        });
    }

    private void Generate(int program, byte[] frame) =>
        BpfTestRun.Generate(program, frame, _source.Index, FramesPerCall);

    /// <summary>Of the calling thread, in whose time the kernel forwards what it generates, and of the thread that
    /// takes over when that lasts too long.</summary>
    private double CpuSeconds() => BenchThread.CpuSeconds() + _softirqs.CpuSeconds();

    private ulong Swallowed()
    {
        Span<ulong> perCpu = stackalloc ulong[LibBpf.PossibleCpuCount()];
        _ = _sink.Map("swallowed").LookupPerCpu(0, perCpu, 1);
        ulong sum = 0;
        foreach (ulong count in perCpu)
            sum += count;
        return sum;
    }

    private ulong Received()
    {
        using JsonDocument links = JsonDocument.Parse(_around.Ip($"-s -j link show dev {End}"));
        return links.RootElement[0].GetProperty("stats64").GetProperty("rx").GetProperty("packets").GetUInt64();
    }
}
