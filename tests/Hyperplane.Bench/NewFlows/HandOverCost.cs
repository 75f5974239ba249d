using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Queues;

namespace Hyperplane.Bench.NewFlows;

/// <summary>What it costs to give a frame from one pipeline's thread to another's, on two CPUs.</summary>
internal sealed class HandOverCost
{
    private const int Frames = 2_000_000;
    private const int Warm = 200_000;
    private const int Capacity = 256;
    private const int Memory = 512;

    private readonly MemoryFrameIo _io = new(Memory);
    private readonly HandOverLine _line;
    private readonly byte[] _frame;

    private HandOverCost(int frameBytes)
    {
        _line = new HandOverLine(_io, Capacity);
        _frame = new byte[frameBytes];
        for (int i = 0; i < Capacity; i++)
            _line.TryLend();
    }

    /// <summary>Nanoseconds of CPU time a frame, of both threads together; those that waited for the other are
    /// counted.</summary>
    public static double Measure(int frameBytes)
    {
        var cost = new HandOverCost(frameBytes);
        double gave = 0;
        var giver = new Thread(() => gave = cost.Give());
        giver.Start();
        double took = cost.Take();
        giver.Join();
        cost._io.Dispose();
        return (gave + took) / (Frames - Warm) * 1e9;
    }

    private double Give()
    {
        BenchThread.Pin(0);
        double began = 0;
        for (int i = 0; i < Frames; i++)
        {
            if (i == Warm)
                began = BenchThread.CpuSeconds();
            while (!_line.TryGive(_frame, default))
                Thread.Yield();
        }
        return BenchThread.CpuSeconds() - began;
    }

    private double Take()
    {
        BenchThread.Pin(1 % Environment.ProcessorCount);
        double began = 0;
        for (int i = 0; i < Frames;)
        {
            if (!_line.TryTake(out HandedFrame handed))
            {
                Thread.Yield();
                continue;
            }
            if (i++ == Warm)
                began = BenchThread.CpuSeconds();
            _io.Release(handed.Frame);
            _line.TryLend();
        }
        return BenchThread.CpuSeconds() - began;
    }
}
