namespace Hyperplane.Health;

/// <summary>The health of one target: results of probes in, a verdict out; no clock, no socket.</summary>
/// <remarks>
/// The first success makes an initial target healthy, as seen with AWS; the healthy threshold applies to the way back
/// from unhealthy alone. Results count only in a row: one of the other kind starts anew.
/// </remarks>
public sealed class HealthTracker
{
    private int _successes;
    private int _failures;

    /// <summary>What is known now.</summary>
    public TargetVerdict Verdict { get; private set; } =
        new(TargetHealthState.Initial, HealthReasons.InitialHealthChecking, "");

    /// <summary>Takes the result of one probe; true when the state changed.</summary>
    public bool OnResult(ProbeResult result, HealthCheckSettings settings)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(settings);
        TargetHealthState before = Verdict.State;
        Count(result.Outcome);
        TargetHealthState after = before switch
        {
            TargetHealthState.Initial when _successes > 0 => TargetHealthState.Healthy,
            TargetHealthState.Unhealthy when _successes >= settings.HealthyThreshold => TargetHealthState.Healthy,
            TargetHealthState.Unhealthy => TargetHealthState.Unhealthy,
            _ when _failures >= settings.UnhealthyThreshold => TargetHealthState.Unhealthy,
            _ => before,
        };
        Verdict = new TargetVerdict(after, ReasonOf(after, result.Outcome), result.Detail);
        return after != before;
    }

    private void Count(ProbeOutcome outcome)
    {
        switch (outcome)
        {
            case ProbeOutcome.Success:
                _successes = Math.Min(_successes + 1, int.MaxValue - 1);
                _failures = 0;
                break;
            case ProbeOutcome.Timeout or ProbeOutcome.CodeMismatch or ProbeOutcome.Failure:
                _failures = Math.Min(_failures + 1, int.MaxValue - 1);
                _successes = 0;
                break;
            default:
                // The probe did not leave this node: that says nothing about the target.
                break;
        }
    }

    private string ReasonOf(TargetHealthState state, ProbeOutcome outcome) => state switch
    {
        TargetHealthState.Healthy => "",
        TargetHealthState.Initial => HealthReasons.InitialHealthChecking,
        _ => outcome switch
        {
            ProbeOutcome.Timeout => HealthReasons.Timeout,
            ProbeOutcome.CodeMismatch => HealthReasons.ResponseCodeMismatch,
            ProbeOutcome.Failure => HealthReasons.FailedHealthChecks,
            _ => Verdict.Reason,
        },
    };
}
