using Hyperplane.Resilience;
using Polly;
using Polly.Timeout;

namespace Hyperplane.Lbctl.Api;

/// <summary>How reads are made: tried again at most three times, after a jittered pause that doubles, and only out of
/// the command's budget.</summary>
internal static class Reads
{
    /// <summary>The most tries after the first.</summary>
    public const int MaxRetries = 3;

    /// <summary>The longest <c>Retry-After</c> that is honoured; with a longer one the command fails at once.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>No answer takes longer: the API holds one for 10 s at most.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>What a command's reads go through.</summary>
    /// <param name="io">The command's clock, chance and pauses.</param>
    /// <param name="isLost">Whether this ended a connection before the answer came, and may not do so again.</param>
    public static ResiliencePipeline<Exchange> Through(CommandIo io, Func<Exception, bool> isLost) => CallPipeline.Of(
        new CallRules<Exchange>
        {
            Budget = new RetryBudget(),
            Pauses = new RetryPauses(FirstPause, LongestPause, io.Chance),
            MaxRetries = MaxRetries,
            AttemptTimeout = AttemptTimeout,
            Judge = outcome => Judge(outcome, isLost, io.Time.GetUtcNow()),
            AskedPause = outcome => AskedPause(outcome, io.Time.GetUtcNow()),
            PauseAsync = io.PauseAsync,
        },
        io.Time);

    private static CallVerdict Judge(Outcome<Exchange> outcome, Func<Exception, bool> isLost, DateTimeOffset now)
    {
        if (outcome.Exception is { } failure)
            return failure is TimeoutRejectedException || isLost(failure) ? CallVerdict.Transient : CallVerdict.Failed;
        if (outcome.Result!.Answer.Status is not (502 or 503 or 504))
            return CallVerdict.Answered;
        return AskedPause(outcome, now) > MaxRetryAfter ? CallVerdict.Failed : CallVerdict.Transient;
    }

    private static TimeSpan? AskedPause(Outcome<Exchange> outcome, DateTimeOffset now) =>
        outcome.Result?.RetryAfter is { } asked
        && (asked.Delta ?? asked.Date - now) is { } pause
            ? TimeSpan.FromTicks(Math.Max(0, pause.Ticks))
            : null;
}
