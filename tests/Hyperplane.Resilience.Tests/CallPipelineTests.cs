using Polly;
using Polly.Timeout;

namespace Hyperplane.Resilience.Tests;

/// <summary>Calls to a destination that the test plays: an answer is an HTTP status, 503 may pass.</summary>
public sealed class CallPipelineTests
{
    private readonly HastyTime _time = new();
    private readonly RetryBudget _budget = new(tokens: 10, ratio: 0.1);
    private int _attempts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_pass_is_tried_again_after_pauses_that_double()
    {
        Assert.Equal(200, await CallAsync(Bounded(), 503, 503, 503, 200));
        Assert.Equal(4, _attempts);
        Assert.Equal(7.1, _budget.Tokens);
        Assert.Collection(
            _time.Set.Select(pause => pause.TotalMilliseconds),
            first => Assert.InRange(first, 50, 100),
            second => Assert.InRange(second, 100, 200),
            third => Assert.InRange(third, 200, 400));
    }

    [Fact]
    public async Task What_still_fails_after_the_last_retry_is_given_as_it_was()
    {
        Assert.Equal(503, await CallAsync(Bounded(), 503));
        Assert.Equal(4, _attempts);
        Assert.Equal(7, _budget.Tokens);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task What_does_not_pass_is_not_tried_again(int status)
    {
        Assert.Equal(status, await CallAsync(Bounded(), status));
        Assert.Equal((1, 10.0), (_attempts, _budget.Tokens));
    }

    [Fact]
    public async Task A_failure_that_stays_is_no_success_for_the_budget()
    {
        await CallAsync(Bounded(), 503, 500);
        Assert.Equal(9, _budget.Tokens);
        await CallAsync(Bounded(), 404);
        Assert.Equal(9.1, _budget.Tokens);
    }

    [Fact]
    public async Task Exceptions_are_told_apart_too_and_thrown_as_they_were()
    {
        await Assert.ThrowsAsync<IOException>(() => Bounded().ExecuteAsync(_ => Throw(new IOException()), Cancel)
            .AsTask());
        Assert.Equal(4, _attempts);
        await Assert.ThrowsAsync<FormatException>(() => Bounded()
            .ExecuteAsync(_ => Throw(new FormatException()), Cancel).AsTask());
        Assert.Equal((5, 7.0), (_attempts, _budget.Tokens));
    }

    [Fact]
    public async Task A_destination_that_is_down_is_asked_once_by_each_call_and_as_often_again_as_there_are_tokens()
    {
        ResiliencePipeline<int> pipeline = Bounded();
        for (int call = 0; call < 1_000; call++)
            Assert.Equal(503, await CallAsync(pipeline, 503));
        Assert.Equal(1_010, _attempts);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task A_destination_that_fails_in_part_is_asked_little_more_than_without_retries(double failing)
    {
        ResiliencePipeline<int> pipeline = Bounded();
        var chance = new Random(1);
        const int Calls = 5_000;
        int successes = 0;
        for (int call = 0; call < Calls; call++)
        {
            int status = await pipeline.ExecuteAsync(
                _ => Answer(chance.NextDouble() < failing ? 503 : 200), Cancel);
            successes += status == 200 ? 1 : 0;
        }

        Assert.InRange(_attempts, Calls, Calls + 10 + (0.1 * successes));
    }

    [Fact]
    public async Task All_calls_to_a_destination_share_its_budget_and_one_that_is_back_fills_it()
    {
        ResiliencePipeline<int> one = Bounded();
        ResiliencePipeline<int> other = Bounded();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
            CallAsync(number % 2 == 0 ? one : other, 503)));
        Assert.Equal(110, _attempts);
        for (int call = 0; call < 20; call++)
            await CallAsync(one, 200);
        _attempts = 0;
        await CallAsync(other, 503);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task A_pause_that_the_destination_asks_for_is_kept()
    {
        ResiliencePipeline<int> pipeline = CallPipeline.Of(
            Rules() with { MaxRetries = 1, AskedPause = _ => TimeSpan.FromSeconds(9) }, _time);
        await CallAsync(pipeline, 503, 200);
        Assert.Equal([TimeSpan.FromSeconds(9)], _time.Set);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_given_up_and_made_again()
    {
        ResiliencePipeline<int> pipeline = CallPipeline.Of(
            Rules() with { MaxRetries = 1, AttemptTimeout = TimeSpan.FromSeconds(7) }, _time);
        TimeoutRejectedException late = await Assert.ThrowsAsync<TimeoutRejectedException>(() => pipeline.ExecuteAsync(
            async stop =>
            {
                _attempts++;
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return 200;
            },
            Cancel).AsTask());
        Assert.Equal("no answer within 7 s", late.Message);
        Assert.Equal(2, _attempts);
        Assert.Equal(2, _time.Set.Count(limit => limit == TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task Who_cancels_waits_for_nothing()
    {
        using var end = new CancellationTokenSource();
        ResiliencePipeline<int> pipeline = CallPipeline.Of(
            Rules() with { OnFailure = _ => new ValueTask(end.CancelAsync()) }, TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            pipeline.ExecuteAsync(_ => Answer(503), end.Token).AsTask());
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task A_call_that_must_succeed_goes_on_without_tokens_at_the_longest_pause()
    {
        var heard = new List<CallFailure<int>>();
        ResiliencePipeline<int> pipeline = CallPipeline.Of(
            Rules() with
            {
                OnFailure = failure =>
                {
                    heard.Add(failure);
                    return ValueTask.CompletedTask;
                },
            },
            _time);
        for (int outage = 0; outage < 10; outage++)
            Assert.Equal(200, await CallAsync(pipeline, [.. Enumerable.Repeat(503, 20), 200]));
        Assert.Equal(Enumerable.Range(0, 20), heard.Take(20).Select(failure => failure.Before));
        // Four pauses of each outage are shorter than the limit: 100, 200, 400 and 800 ms.
        Assert.Equal(10.0, heard.Count(failure => failure.Pause.TotalMilliseconds < 500), tolerance: 2);
        Assert.All(heard.TakeLast(100), failure => Assert.InRange(failure.Pause.TotalMilliseconds, 500, 1_000));
    }

    [Fact]
    public async Task What_met_other_work_begins_anew_at_once_and_not_for_ever()
    {
        ResiliencePipeline pipeline = CallPipeline.Anew(10, failure => failure is IOException);
        await Assert.ThrowsAsync<IOException>(async () =>
            await pipeline.ExecuteAsync(_ => Throw(new IOException()), Cancel));
        Assert.Equal(10, _attempts);
        await Assert.ThrowsAsync<FormatException>(async () =>
            await pipeline.ExecuteAsync(_ => Throw(new FormatException()), Cancel));
        Assert.Equal(11, _attempts);
    }

    private ResiliencePipeline<int> Bounded() => CallPipeline.Of(Rules() with { MaxRetries = 3 }, _time);

    private CallRules<int> Rules() => new()
    {
        Budget = _budget,
        Pauses = new RetryPauses(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(1)),
        Judge = outcome => outcome.Exception is IOException or TimeoutRejectedException || outcome.Result == 503
            ? CallVerdict.Transient
            : outcome.Exception is null && outcome.Result != 500 ? CallVerdict.Answered
            : CallVerdict.Failed,
    };

    /// <summary>One call; the statuses in turn, the last for ever.</summary>
    private Task<int> CallAsync(ResiliencePipeline<int> pipeline, params int[] statuses)
    {
        int attempt = 0;
        return pipeline.ExecuteAsync(
            _ => Answer(statuses[Math.Min(attempt++, statuses.Length - 1)]), Cancel).AsTask();
    }

    private ValueTask<int> Answer(int status)
    {
        Interlocked.Increment(ref _attempts);
        return ValueTask.FromResult(status);
    }

    private ValueTask<int> Throw(Exception failure)
    {
        Interlocked.Increment(ref _attempts);
        return ValueTask.FromException<int>(failure);
    }
}
