using System.Data.Common;
using Hyperplane.Resilience;
using Npgsql;
using Polly;

namespace Hyperplane.Controller.Store;

/// <summary>How this process calls its database: one budget of retries for all of it.</summary>
/// <remarks>What has begun is never tried again for an outage: only its end tells whether it was kept. What is slow is
/// not either: it waits for a connection that others have, or for a server that hangs.</remarks>
internal sealed class DatabaseCalls(TimeProvider time, Random random)
{
    private const int MaxRetries = 2;
    // The first pauses of both unending calls take eight.
    private const int Tokens = 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly RetryBudget _budget = new(Tokens);
    private readonly RetryPauses _pauses = new(FirstPause, LongestPause, random);

    /// <summary>For the beginning of a work, which changes nothing yet: a connection that broke meanwhile, or a server
    /// that starts, is not noticed.</summary>
    /// <param name="limit">How long one beginning may take.</param>
    public ResiliencePipeline<T> Beginning<T>(TimeSpan? limit) => CallPipeline.Of(
        new CallRules<T>
        {
            Budget = _budget,
            Pauses = _pauses,
            MaxRetries = MaxRetries,
            AttemptTimeout = limit,
            Judge = outcome => Judge(outcome, IsBroken),
        },
        time);

    /// <summary>For what a process does as long as it lives, whatever becomes of the database: it begins anew until it
    /// succeeds.</summary>
    public ResiliencePipeline<T> Unending<T>(Func<CallFailure<T>, ValueTask>? onFailure = null) => CallPipeline.Of(
        new CallRules<T>
        {
            Budget = _budget,
            Pauses = _pauses,
            Judge = outcome => Judge(outcome, failure => failure is NpgsqlException or TimeoutException or IOException),
            OnFailure = onFailure,
        },
        time);

    private static CallVerdict Judge<T>(Outcome<T> outcome, Func<Exception, bool> isTransient) =>
        outcome.Exception is not { } failure ? CallVerdict.Answered
        : isTransient(failure) ? CallVerdict.Transient
        : CallVerdict.Failed;

    private static bool IsBroken(Exception failure) =>
        failure is DbException { IsTransient: true, InnerException: not TimeoutException }
        || (failure.InnerException is { } inner && IsBroken(inner));
}
