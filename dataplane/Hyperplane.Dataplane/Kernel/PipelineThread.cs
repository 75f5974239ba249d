using Hyperplane.Dataplane.Kernel.Xsk;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>One receive queue's share of the work: its socket, its pipeline, its thread.</summary>
internal sealed class PipelineThread(
    int queue, AfXdpSocket socket, PacketPipeline pipeline, PipelineLoop loop)
{
    private Thread? _thread;
    private string? _fault;

    public AfXdpSocket Socket { get; } = socket;

    public PacketPipeline Pipeline { get; } = pipeline;

    public PipelineLoop Loop { get; } = loop;

    /// <summary>Why the thread ended before it was told to; null while it did not.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Begins.</summary>
    /// <param name="realTimePriority">Of SCHED_FIFO; 0 leaves it as other threads.</param>
    /// <param name="cpu">Where it stays; null leaves that to the kernel.</param>
    public void Start(int realTimePriority, int? cpu)
    {
        _thread = new Thread(() => Run(realTimePriority, cpu)) { Name = $"pipeline {queue}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for the end that the loop was told; false when the thread does not end in time.</summary>
    public bool TryJoin(int patienceMs) => _thread is null || _thread.Join(patienceMs);

    private unsafe void Run(int realTimePriority, int? cpu)
    {
        try
        {
            if (cpu is { } own)
                CpuSet.Pin(own);
            // SAFETY: the kernel reads one int.
            if (realTimePriority > 0)
                _ = LibC.SetScheduler(0, LibC.ScheduleFifo, &realTimePriority);
            Loop.Run();
            Pipeline.Leave(Loop.LastBeatNs);
        }
        catch (Exception failure)
        {
            // The thread's edge: without its beats the XDP program drops our frames, and IsAlive says why.
            Volatile.Write(ref _fault, $"the thread of pipeline {queue} failed: {failure}");
        }
    }
}
