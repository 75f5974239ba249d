using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Bench.Dataplane;

/// <summary>What a hit costs beside a bare look-up in the same kind of map, without any device.</summary>
/// <remarks>The flow translates to itself, so that every repetition but for its TTL finds the same frame.</remarks>
internal static class HitCost
{
    // Each call waits for the kernel to put the program in and take it out again: tens of milliseconds.
    private const int Calls = 40;
    private const int Repeat = 250;

    /// <summary>Both in ns a run, the harness included.</summary>
    public static (double HitNs, double LookUpNs) Measure()
    {
        uint client = AddressBytes.Be(IPAddress.Parse("10.9.0.1"));
        uint vip = AddressBytes.Be(IPAddress.Parse("203.0.113.10"));
        ushort port = AddressBytes.Be((ushort)53);
        var key = new FlowKey4(client, vip, port, port, 17);
        FlowEntry4 entry = FrameRewriter.Translate(key, key);
        entry.NextHop = 1;
        byte[] frame =
        [
            2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0,
            0x45, 0, 0, 46, 0, 0, 0, 0, 255, 17, 0, 0, 10, 9, 0, 1, 203, 0, 113, 10,
            0, 53, 0, 53, 0, 26, 0x12, 0x34, .. new byte[18],
        ];
        BitConverter.TryWriteBytes(frame.AsSpan(24), InternetChecksum.Of(frame.AsSpan(14, 20)));

        using HyperplaneProgram program = HyperplaneProgram.Load(1_024, 900, pipelines: 1, counterSlots: 16);
        program.Heartbeats.Beat(0, long.MaxValue / 2);
        _ = program.NextHops.Update(1u, new NextHop(1, 2, 1, 1));
        using BpfObject traffic = BpfObject.OpenMemory(File.ReadAllBytes(Objects.Path("traffic.bpf.o")), "traffic");
        traffic.Load();
        if (program.Flows.Update(in key, in entry) != 0 || traffic.Map("bare_flows").Update(in key, in entry) != 0)
            throw new InvalidOperationException("the flow does not fit into its map");
        return (Average(program.Descriptor, frame), Average(traffic.Program("look_up"), frame));
    }

    private static double Average(int program, byte[] frame)
    {
        byte[] left = new byte[256];
        var samples = new List<double>();
        for (int i = 0; i < Calls; i++)
        {
            BpfTestRun run = BpfTestRun.Run(program, frame, left, Repeat);
            if (run.Verdict != XdpVerdict.Transmit)
                throw new InvalidOperationException($"not a hit: {run.Verdict}");
            samples.Add(run.DurationNs);
        }

        return Percentiles.At(samples, 0.5);
    }
}
