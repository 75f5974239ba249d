using System.Diagnostics.CodeAnalysis;
using Polly;
using Polly.Retry;

namespace Hyperplane.Resilience;

/// <summary>Makes the pipelines that outgoing calls go through: a limit for each attempt, pauses that double, retries
/// out of a budget.</summary>
public static class CallPipeline
{
    /// <summary>For calls by these rules, at any number at once. What fails for good is thrown, or given, as it
    /// was.</summary>
    [UnconditionalSuppressMessage(
        "Trimming", "IL2026", Justification = "Validation reads annotations of the options, and ours have none.")]
    public static ResiliencePipeline<T> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(
        CallRules<T> rules, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<T> { TimeProvider = time };
        builder.AddRetry(new RetryStrategyOptions<T>
        {
            MaxRetryAttempts = rules.MaxRetries ?? int.MaxValue,
            ShouldHandle = args => ValueTask.FromResult(IsTriedAgain(rules, args.Outcome, args.AttemptNumber)),
            DelayGenerator = args => PauseAsync(rules, args),
        });
        if (rules.AttemptTimeout is { } limit)
            builder.AddStrategy(_ => new AttemptLimit<T>(limit, time), new AttemptLimit<T>.Options());
        return builder.Build();
    }

    /// <summary>For work that met other work and begins anew at once: its destination answers, so neither pauses nor a
    /// budget apply.</summary>
    public static ResiliencePipeline Anew(int maxAttempts, Func<Exception, bool> isConflict) =>
        new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = maxAttempts - 1,
                Delay = TimeSpan.Zero,
                ShouldHandle = args =>
                    ValueTask.FromResult(args.Outcome.Exception is { } failure && isConflict(failure)),
            })
            .Build();

    private static bool IsTriedAgain<T>(CallRules<T> rules, Outcome<T> outcome, int before)
    {
        CallVerdict verdict = rules.Judge(outcome);
        if (verdict == CallVerdict.Answered)
            rules.Budget.GiveBack();
        return verdict == CallVerdict.Transient
            && (rules.MaxRetries is not { } most || (before < most && rules.Budget.TryTake()));
    }

    private static async ValueTask<TimeSpan?> PauseAsync<T>(
        CallRules<T> rules, RetryDelayGeneratorArguments<T> args)
    {
        int before = args.AttemptNumber;
        bool isSlowed = rules.MaxRetries is null && rules.Pauses.IsHurried(before) && !rules.Budget.TryTake();
        TimeSpan pause = rules.AskedPause?.Invoke(args.Outcome)
            ?? (isSlowed ? rules.Pauses.Longest() : rules.Pauses.After(before));
        if (rules.OnFailure is { } hear)
            await hear(new CallFailure<T>(before, pause, args.Outcome));
        if (rules.PauseAsync is not { } wait)
            return pause;
        await wait(pause, args.Context.CancellationToken);
        return TimeSpan.Zero;
    }
}
