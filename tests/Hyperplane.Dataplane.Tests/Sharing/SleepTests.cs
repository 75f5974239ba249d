using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Pipeline;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A loop that stood still, and one that is woken.</summary>
public sealed class SleepTests : IDisposable
{
    private const int LimitMs = 900;
    private const long Millisecond = 1_000_000;

    private readonly Bench _bench = new();
    private readonly MemoryFrameIo _io = new(8);
    private readonly HandClock _clock = new();
    private readonly PipelineLoop _loop;

    public SleepTests() => _loop = new PipelineLoop(_io, _bench.Pipeline, _clock, _clock, LimitMs);

    public void Dispose() => _io.Dispose();

    [Fact]
    public void A_loop_that_slept_longer_than_its_limit_neither_beats_nor_judges_again()
    {
        _loop.RunOnce();
        long last = _clock.NowNs;
        _clock.NowNs += (LimitMs + 1) * Millisecond;
        _io.TryInject(Bench.Syn(1).Bytes());
        Assert.Equal(0, _loop.RunOnce());
        Assert.Equal((LimitMs + 1L, last, last), (_loop.SleptMs, _clock.LastBeatNs, _loop.LastBeatNs));
        _clock.NowNs += Millisecond;
        Assert.Equal(0, _loop.RunOnce());
        Assert.Equal(0ul, _bench.Pipeline.Counters.Packets[PacketCounter.Received]);
        _loop.Run();
        Assert.Equal(last, _clock.LastBeatNs);
    }

    [Fact]
    public void A_pause_within_the_limit_is_none()
    {
        for (int i = 0; i < 5; i++)
        {
            _loop.RunOnce();
            _clock.NowNs += LimitMs * Millisecond;
        }
        Assert.Equal(0, _loop.SleptMs);
        Assert.Equal(_clock.NowNs - (LimitMs * Millisecond), _loop.LastBeatNs);
    }

    [Fact]
    public async Task An_answer_wakes_a_loop_that_waits_for_frames()
    {
        using var io = new MemoryFrameIo(8);
        var exchange = new FlowExchange(16);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        exchange.RequestsWaiting = () => asked.TrySetResult();
        exchange.AnswersWaiting = io.Wake;
        var pipeline = new PacketPipeline(
            new DataplaneOptions { Interface = "none", Exchange = exchange, Start = 1 },
            _bench.Cache, _bench.Hops, 1, frames: io);
        pipeline.Use(new ModelCompiler(pipeline.Counters, 251).Compile(Bench.Model(), 0, out _)!);
        var loop = new PipelineLoop(io, pipeline, TimeProvider.System, _clock);
        Task run = Task.Factory.StartNew(
            loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        io.TryInject(Bench.Datagram(1).Bytes());
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(exchange.Requests.TryRead(out FlowRequest request));
        exchange.Answers.TryWrite(new FlowAnswer { Kind = FlowAnswerKind.Absent, Key = request.Key });
        exchange.AnswersWaiting();
        var frame = new byte[2_048];
        while (!io.TryTakeSent(frame, out _))
        {
            Assert.False(run.IsCompleted);
            await Task.Yield();
        }
        loop.Stop();
        await run.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1ul, pipeline.Counters.Packets[PacketCounter.Forwarded]);
    }

    private sealed class HandClock : TimeProvider, IHeartbeat
    {
        public long NowNs { get; set; } = 1_000_000_000_000;

        public long LastBeatNs { get; private set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => NowNs;

        public void Beat(long nowNs) => LastBeatNs = nowNs;
    }
}
