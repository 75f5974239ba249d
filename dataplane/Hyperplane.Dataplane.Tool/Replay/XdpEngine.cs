using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Every frame through the XDP program in this machine's kernel, attached nowhere; what it punts, through the
/// pipeline, which puts established flows into the program's map.</summary>
internal sealed class XdpEngine : IReplayEngine
{
    private readonly HyperplaneProgram _program;
    private readonly CaptureTimeCache _cache;
    private readonly byte[] _left = new byte[4_096];
    private readonly ulong[] _before = new ulong[HyperplaneProgram.CounterCount];
    private readonly ulong[] _after = new ulong[HyperplaneProgram.CounterCount];

    /// <summary>Loads the program.</summary>
    /// <exception cref="KernelException">The kernel refused it, or the right to it is missing.</exception>
    public XdpEngine(HpdpConfig config)
    {
        int listeners = config.Vips.Sum(vip => vip.Listeners.Length);
        _program = HyperplaneProgram.Load(
            config.FlowCapacity * 2, stallTimeoutMs: 0, pipelines: 1, Math.Max(1, listeners) * 2,
            ownMac: config.AnyMac ? 0 : MacAddress.Read(config.Mac.AsSpan()));
        try
        {
            _cache = new CaptureTimeCache(_program.Cache);
            Node = new ReplayNode(config, ConfigNextHops.Create(config, Publish), _cache);
            new PrefixMap(_program, tunnelAddressBe: 0).Add(config.OwnPrefixes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ReplayNode Node { get; }

    /// <inheritdoc/>
    public long? ForwardedByProgram { get; private set; } = 0;

    /// <inheritdoc/>
    public PacketCounter Judge(ReadOnlySpan<byte> frame, FrameSink sink)
    {
        // No wire carries less, and the kernel's test run takes no less.
        if (frame.Length < EthernetView.HeaderBytes)
            return PacketCounter.Passed;
        BpfTestRun run = BpfTestRun.Run(_program.Descriptor, frame, _left);
        switch (run.Verdict)
        {
            case XdpVerdict.Pass:
                return PacketCounter.Passed;
            case XdpVerdict.Transmit or XdpVerdict.Redirect:
                if (FrameKey.TryRead(frame, out FlowKey key))
                    _cache.Stamp(key, Node.NowNs);
                ForwardedByProgram++;
                sink(_left.AsSpan(0, run.LengthBytes), Node.NowNs);
                bool isTranslated = !frame.Slice(12, 2).SequenceEqual(_left.AsSpan(12, 2));
                return isTranslated ? PacketCounter.Translated : PacketCounter.Forwarded;
            case XdpVerdict.Drop when ReadDrop() is { } reason:
                return reason == PacketCounter.DropNoSocket ? Node.Run(frame, sink) : reason;
            default:
                throw new KernelException($"the XDP program answered {run.Verdict} and counted nothing");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Node?.Dispose();
        _program.Dispose();
    }

    private PacketCounter? ReadDrop()
    {
        _program.ReadCounters(_after);
        PacketCounter? reason = CounterNames.Drop(_before, _after);
        _after.CopyTo(_before, 0);
        return reason;
    }

    private void Publish(uint index, NextHop hop)
    {
        int error = _program.NextHops.Update(in index, in hop);
        if (error != 0)
            throw new KernelException("giving a next hop to the XDP program", error, "");
    }
}
