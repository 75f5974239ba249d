using Hyperplane.Agent.Snapshots;
using Hyperplane.Resilience;
using Polly;
using Polly.Timeout;

namespace Hyperplane.Agent.Hosting;

/// <summary>How the agent calls the controller: for ever, with one budget for what hurries.</summary>
public sealed class ControllerCalls(TimeProvider time)
{
    // An outage takes five for the asks, one for the reports: three in a row are met with the shortest pauses.
    private const int Tokens = 20;

    private readonly RetryBudget _budget = new(Tokens);

    /// <summary>For calls that are made until they succeed: each attempt has a limit, pauses double, and without a
    /// token they are the longest.</summary>
    /// <param name="pauses">Between failures.</param>
    /// <param name="limit">How long an attempt may take.</param>
    /// <param name="onFailure">Hears of each failure, how many there were before it, and the pause that
    /// follows.</param>
    /// <param name="wrong">What is wrong with a result, which then is a failure too; null: nothing ever is.</param>
    public ResiliencePipeline<T> Unending<T>(
        RetryPauses pauses,
        TimeSpan limit,
        Func<string, int, TimeSpan, ValueTask> onFailure,
        Func<T, string?>? wrong = null) => CallPipeline.Of(
        new CallRules<T>
        {
            Budget = _budget,
            Pauses = pauses,
            AttemptTimeout = limit,
            Judge = outcome => outcome.Exception is not (null or ControllerAwayException or TimeoutRejectedException)
                ? CallVerdict.Failed
                : Reason(outcome, wrong) is null ? CallVerdict.Answered
                : CallVerdict.Transient,
            OnFailure = failure => onFailure(Reason(failure.Outcome, wrong)!, failure.Before, failure.Pause),
        },
        time);

    private static string? Reason<T>(Outcome<T> outcome, Func<T, string?>? wrong) =>
        outcome.Exception is { } failure ? failure.Message : wrong?.Invoke(outcome.Result!);
}
