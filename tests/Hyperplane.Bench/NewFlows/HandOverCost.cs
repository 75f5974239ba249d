using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Queues;

namespace Hyperplane.Bench.NewFlows;

/// <summary>What it costs to give a frame to another pipeline and to take it there: both ends on one CPU, in batches,
/// so without what its caches lose when they are on two.</summary>
internal static class HandOverCost
{
    private const int Rounds = 9;
    private const int BatchesOfRound = 5_000;
    private const int Batch = 64;
    private const int Capacity = 256;
    private const int Memory = 512;

    /// <summary>Nanoseconds of CPU time a frame, of both ends together; by rounds, without the first.</summary>
    public static double[] Measure(int frameBytes)
    {
        using var io = new MemoryFrameIo(Memory);
        var line = new HandOverLine(io, Capacity);
        for (int i = 0; i < Capacity; i++)
            line.TryLend();
        byte[] frame = new byte[frameBytes];
        double[] nanoseconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            double began = BenchThread.CpuSeconds();
            for (int batch = 0; batch < BatchesOfRound; batch++)
                Pass(line, io, frame);
            nanoseconds[round] = (BenchThread.CpuSeconds() - began) / (BatchesOfRound * Batch) * 1e9;
        }
        return nanoseconds[1..];
    }

    private static void Pass(HandOverLine line, MemoryFrameIo io, byte[] frame)
    {
        for (int i = 0; i < Batch; i++)
            line.TryGive(frame, default);
        while (line.TryTake(out HandedFrame handed))
        {
            io.Release(handed.Frame);
            line.TryLend();
        }
    }
}
