using Polly;
using Polly.Timeout;

namespace Hyperplane.Resilience;

/// <summary>Gives up an attempt that takes too long, by the clock of the pipeline, and ends it with a
/// <see cref="TimeoutRejectedException"/>.</summary>
/// <remarks>Polly's own strategy (8.9.1) always goes by the system's clock.</remarks>
internal sealed class AttemptLimit<T>(TimeSpan limit, TimeProvider time) : ResilienceStrategy<T>
{
    /// <inheritdoc/>
    protected override async ValueTask<Outcome<T>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<T>>> callback, ResilienceContext context, TState state)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, context.CancellationToken);
        ResilienceContext attempt = ResilienceContextPool.Shared.Get(either.Token);
        try
        {
            Outcome<T> outcome = await callback(attempt, state);
            return outcome.Exception is OperationCanceledException
                && over.IsCancellationRequested
                && !context.CancellationToken.IsCancellationRequested
                ? Outcome.FromException<T>(
                    new TimeoutRejectedException($"no answer within {limit.TotalSeconds:0} s", limit))
                : outcome;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(attempt);
        }
    }

    /// <summary>Polly wants options for each strategy.</summary>
    internal sealed class Options : ResilienceStrategyOptions;
}
