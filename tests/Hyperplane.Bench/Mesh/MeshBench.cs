using System.Diagnostics;

namespace Hyperplane.Bench.Mesh;

/// <summary>Two nodes of a cell in one process, over loopback: records a second, bytes a second, round trips.</summary>
/// <remarks>A figure per core divides by the CPU time of the whole process: both ends and the kernel's
/// loopback.</remarks>
internal static class MeshBench
{
    private const int RecordBytes = 64;
    private const int LargeBytes = 65_000;
    private const int RoundTrips = 20_000;

    public static Task<Result> Run(string[] arguments)
    {
        SealingCost large = SealingCost.Of(LargeBytes);
        SealingCost small = SealingCost.Of(RecordBytes);
        (double recordsPerSecond, double recordsPerCpuSecond) = OneWay(RecordBytes, 10_000_000);
        (double largePerSecond, double largePerCpuSecond) = OneWay(LargeBytes, 40_000);
        double[] micros = Ask();
        return Task.FromResult(new Result("mesh", true,
        [
            new Figure("records_per_second", recordsPerSecond, "1/s", 1_000_000, false, null, ""),
            new Figure("records_per_cpu_second", recordsPerCpuSecond, "1/s", null, false, null, ""),
            new Figure("large_frames", largePerSecond * LargeBytes / 1e6, "MB/s", null, false, null, ""),
            new Figure("large_frames_per_core", largePerCpuSecond * LargeBytes / 1e6, "MB/s", 300, false, null, ""),
            new Figure("seal_and_open_large", large.MegabytesPerSecond(LargeBytes), "MB/s", null, false,
                LargeBytes * 1_000 / large.CopyNs, "two copies"),
            new Figure("seal_record", small.SealNs, "ns", null, true, small.CopyNs, "two copies"),
            new Figure("open_record", small.OpenNs, "ns", null, true, small.CopyNs, "two copies"),
            new Figure("round_trip_p50", Percentiles.At(micros, 0.5), "us", 150, true, null, ""),
            new Figure("round_trip_p99", Percentiles.At(micros, 0.99), "us", null, true, null, ""),
        ],
        ["both nodes in one process, each with its own thread; the kernel's loopback work is in the CPU time"]));
    }

    private static (double PerSecond, double PerCpuSecond) OneWay(int bodyBytes, int messages)
    {
        using var done = new ManualResetEventSlim();
        using var one = new BenchNode(1);
        using var two = new BenchNode(2);
        BenchNode.Join(one, two);
        int got = 0;
        two.Message = (_, _, _) =>
        {
            if (++got == messages)
                done.Set();
        };
        byte[] body = new byte[bodyBytes];
        int sent = 0;
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long began = Stopwatch.GetTimestamp();
        one.Turn = () =>
        {
            int roomBytes = one.Host.FreeBytes(2) - (7 << 20);
            for (; roomBytes > 0 && sent < messages; roomBytes -= bodyBytes + 24, sent++)
                one.Host.TrySend(2, 1, body);
            return sent < messages ? 0 : long.MaxValue;
        };
        one.Host.Wake();
        done.Wait();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        process.Refresh();
        return (messages / seconds, messages / (process.TotalProcessorTime - cpu).TotalSeconds);
    }

    private static double[] Ask()
    {
        using var done = new ManualResetEventSlim();
        using var one = new BenchNode(1);
        using var two = new BenchNode(2);
        BenchNode.Join(one, two);
        byte[] body = new byte[RecordBytes];
        double[] micros = new double[RoundTrips];
        int round = -1;
        long askedAt = 0;
        two.Message = (node, type, bytes) => two.Host.TrySend(node, type, bytes);
        void Next()
        {
            if (round >= 0)
                micros[round] = Stopwatch.GetElapsedTime(askedAt).TotalMicroseconds;
            if (++round == RoundTrips)
            {
                done.Set();
                return;
            }

            askedAt = Stopwatch.GetTimestamp();
            one.Host.TrySend(2, 1, body);
        }

        one.Message = (_, _, _) => Next();
        one.Turn = () =>
        {
            if (round < 0)
                Next();
            return long.MaxValue;
        };
        one.Host.Wake();
        done.Wait();
        return micros;
    }
}
