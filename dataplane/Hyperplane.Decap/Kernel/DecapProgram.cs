using System.Reflection;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Decap.Hooks;

namespace Hyperplane.Decap.Kernel;

/// <summary>The decapsulator in the kernel with its tables filled, not yet attached.</summary>
internal sealed class DecapProgram : IDisposable
{
    /// <summary>The counters' map.</summary>
    public const string CountsMap = "decap_counts";

    /// <summary>The settings' map.</summary>
    public const string ConfigMap = ".rodata";

    /// <summary>The tunnel ends' map.</summary>
    public const string TunnelEndsMap = "tunnel_ends";

    /// <summary>The allowed sources' map.</summary>
    public const string SourcesMap = "sources";

    /// <summary>The VIPs' map.</summary>
    public const string VipsMap = "vips";

    private readonly BpfObject _object;

    private DecapProgram(BpfObject bpfObject, HookKind hook)
    {
        _object = bpfObject;
        Descriptor = bpfObject.Program(NameOf(hook));
    }

    /// <summary>The kernel's handle.</summary>
    public int Descriptor { get; }

    /// <summary>How many counters there are.</summary>
    public static int CounterCount { get; } = Enum.GetValues<DecapCounter>().Length;

    /// <summary>Loads the program of one hook; an older one's counters go on when it had the same ones.</summary>
    public static DecapProgram Load(DecapSettings settings, InstalledMap? olderCounts = null)
    {
        BpfObject bpfObject = Open();
        try
        {
            foreach (HookKind hook in Enum.GetValues<HookKind>())
                bpfObject.SetAutoload(NameOf(hook), hook == settings.Hook);
            bpfObject.SetMaxEntries(TunnelEndsMap, settings.TunnelAddresses.Count);
            bpfObject.SetMaxEntries(SourcesMap, settings.Sources.Count);
            bpfObject.SetMaxEntries(VipsMap, Math.Max(1, settings.Vips.Count));
            bpfObject.WriteConstants(new DecapConfig
            {
                GuePort = (ushort)settings.GuePort,
                Vni = (uint)(settings.Vni ?? 0),
                ChecksVni = (byte)(settings.Vni is null ? 0 : 1),
                ChecksVip = (byte)(settings.Vips.Count == 0 ? 0 : 1),
            });
            if (olderCounts?.ValueBytes == CounterCount * sizeof(ulong))
                bpfObject.ReuseMap(CountsMap, olderCounts.Descriptor);
            bpfObject.Load();
            var program = new DecapProgram(bpfObject, settings.Hook);
            program.Fill(settings);
            return program;
        }
        catch (KernelException refused)
        {
            string log = bpfObject.VerifierLog;
            bpfObject.Dispose();
            throw Failure(refused, log);
        }
    }

    /// <summary>The frames it saw, by how they ended, summed over the CPUs.</summary>
    public ulong[] ReadCounters()
    {
        ulong[] perCpu = new ulong[CounterCount * LibBpf.PossibleCpuCount()];
        int error = _object.Map(CountsMap).LookupPerCpu(0, perCpu, CounterCount);
        if (error != 0)
            throw new KernelException("reading the decapsulator's counters", error, "");
        ulong[] frames = new ulong[CounterCount];
        for (int i = 0; i < perCpu.Length; i++)
            frames[i % CounterCount] += perCpu[i];
        return frames;
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();

    private static string NameOf(HookKind hook) => hook == HookKind.Tc ? "hpdecap_tc" : "hpdecap_xdp";

    private static BpfObject Open()
    {
        const string Resource = "decap.bpf.o";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new KernelException($"the assembly has no resource {Resource}");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        try
        {
            return BpfObject.OpenMemory(image, "decap");
        }
        catch (KernelException missing)
        {
            throw new DecapFailure(ExitCode.CannotLoad, missing.Message);
        }
    }

    private static DecapFailure Failure(KernelException refused, string log)
    {
        const int NotPermittedError = 1;
        string reason = refused.Message;
        if (log.Length > 0)
        {
            string file = Path.Combine(
                Path.GetTempPath(), $"hpdecap-verifier-{Environment.ProcessId}-{Path.GetRandomFileName()}.log");
            using var writer = new StreamWriter(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write,
            });
            writer.Write(log);
            reason += $" The verifier's log: {file}";
        }

        return new DecapFailure(
            refused.Error == NotPermittedError ? ExitCode.NotPermitted : ExitCode.CannotLoad, reason);
    }

    private void Fill(DecapSettings settings)
    {
        BpfMap ends = _object.Map(TunnelEndsMap);
        foreach (DecapAddress address in settings.TunnelAddresses.Select(DecapAddress.From))
            Put(ends, address);
        BpfMap sources = _object.Map(SourcesMap);
        foreach (DecapPrefix prefix in settings.Sources.Select(DecapPrefix.From))
            Put(sources, prefix);
        BpfMap vips = _object.Map(VipsMap);
        foreach (DecapPrefix prefix in settings.Vips.Select(DecapPrefix.From))
            Put(vips, prefix);
    }

    private static void Put<T>(BpfMap map, in T key)
        where T : unmanaged
    {
        int error = map.Update(in key, 1u);
        if (error != 0)
            throw new KernelException($"filling the BPF map {map.Name}", error, "");
    }
}
