namespace Hyperplane.Health;

/// <summary>The health of one target: results of probes in, a verdict out; no clock, no socket.</summary>
/// <remarks>
/// The first success makes an initial target healthy, as seen with AWS; the healthy threshold applies to the way back
/// from unhealthy alone. Results count only in a row: one of the other kind starts anew. What clients' connections say
/// only takes a healthy target out, until the next probe that succeeds.
/// </remarks>
public sealed class HealthTracker
{
    private readonly WeightFilter _weight = new();
    private int _successes;
    private int _failures;
    private bool _isOutByConnections;

    /// <summary>What is known now.</summary>
    public TargetVerdict Verdict { get; private set; } =
        new(TargetHealthState.Initial, HealthReasons.InitialHealthChecking);

    /// <summary>Takes the result of one probe; true when the state or the weight changed.</summary>
    /// <param name="result">What it found.</param>
    /// <param name="settings">The thresholds.</param>
    /// <param name="now">When it ended.</param>
    public bool OnResult(ProbeResult result, HealthCheckSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(settings);
        TargetHealthState before = Verdict.State;
        Count(result.Outcome);
        TargetHealthState after = before switch
        {
            TargetHealthState.Initial when _successes > 0 => TargetHealthState.Healthy,
            TargetHealthState.Unhealthy when _successes >= (_isOutByConnections ? 1 : settings.HealthyThreshold) =>
                TargetHealthState.Healthy,
            TargetHealthState.Unhealthy => TargetHealthState.Unhealthy,
            _ when _failures >= settings.UnhealthyThreshold => TargetHealthState.Unhealthy,
            _ => before,
        };
        // Once probes fail as well, the way back is the usual one.
        _isOutByConnections &= after == TargetHealthState.Unhealthy && _failures < settings.UnhealthyThreshold;
        bool reweighed = result.Outcome == ProbeOutcome.Success && _weight.OnAnswer(result.Weight);
        Verdict = new TargetVerdict(after, ReasonOf(after, result.Outcome))
        {
            Sent = result.Sent,
            Received = result.Received,
            CheckedAt = now,
            Weight = _weight.Weight,
        };
        return after != before || reweighed;
    }

    /// <summary>Clients' connections failed in a row; true when that took a healthy target out.</summary>
    /// <param name="sent">What was sent to it.</param>
    /// <param name="received">What came back.</param>
    /// <param name="now">When it was seen.</param>
    public bool OnConnectionsFailed(string sent, string received, DateTimeOffset now)
    {
        if (Verdict.State != TargetHealthState.Healthy)
            return false;
        (_isOutByConnections, _successes) = (true, 0);
        Verdict = Verdict with
        {
            State = TargetHealthState.Unhealthy,
            Reason = HealthReasons.FailedHealthChecks,
            Sent = ProbeResult.Clean(sent),
            Received = ProbeResult.Clean(received),
            CheckedAt = now,
        };
        return true;
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
