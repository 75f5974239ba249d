using System.Net;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>A hook's program loaded for one target, run on frames that never were on a wire.</summary>
internal sealed class TestDecapsulator : IDisposable
{
    private readonly DecapProgram _program;
    private readonly HookKind _hook;
    private readonly byte[] _left = new byte[4_096];
    private ulong[] _counted = new ulong[DecapProgram.CounterCount];

    public TestDecapsulator(HookKind hook, Func<DecapSettings, DecapSettings>? change = null)
    {
        _hook = hook;
        DecapSettings settings = Settings with { Hook = hook };
        _program = DecapProgram.Load(change?.Invoke(settings) ?? settings);
    }

    public static DecapSettings Settings { get; } = new()
    {
        Interface = "none",
        TunnelAddresses = [IPAddress.Parse(Wire.Target(4)), IPAddress.Parse(Wire.Target(6))],
        Sources = [IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("fd00::/64")],
        Vips = [IPNetwork.Parse("203.0.113.10/32"), IPNetwork.Parse("2001:db8:10::/48")],
        Vni = Wire.Vni,
    };

    /// <summary>Runs one frame; exactly one counter besides that of all frames grows, and the verdict is
    /// its.</summary>
    public (DecapCounter Counter, byte[] Frame) Run(byte[] frame)
    {
        BpfTestRun run = BpfTestRun.Run(_program.Descriptor, frame, _left);
        ulong[] now = _program.ReadCounters();
        int[] grown = [.. Enumerable.Range(0, now.Length).Where(i => now[i] != _counted[i])];
        Assert.Equal(2, grown.Length);
        Assert.All(grown, i => Assert.Equal(_counted[i] + 1, now[i]));
        Assert.Equal(DecapCounter.Received, (DecapCounter)grown[0]);
        _counted = now;
        var counter = (DecapCounter)grown[1];
        int expected = (_hook, counter >= DecapCounter.DropTruncated) switch
        {
            (HookKind.Tc, false) => -1, // TC_ACT_UNSPEC: what comes next
            (HookKind.Tc, true) => 2, // TC_ACT_SHOT
            (_, false) => (int)XdpVerdict.Pass,
            _ => (int)XdpVerdict.Drop,
        };
        Assert.Equal(expected, (int)run.Verdict);
        return (counter, _left[..run.LengthBytes]);
    }

    public void Dispose() => _program.Dispose();
}
