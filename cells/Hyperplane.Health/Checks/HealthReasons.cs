namespace Hyperplane.Health;

/// <summary>Why a target is not healthy: the codes of the AWS elbv2 API (TargetHealth.Reason).</summary>
public static class HealthReasons
{
    /// <summary>The first probes are under way.</summary>
    public const string InitialHealthChecking = "Elb.InitialHealthChecking";

    /// <summary>No answer in time.</summary>
    public const string Timeout = "Target.Timeout";

    /// <summary>An HTTP status code outside the range.</summary>
    public const string ResponseCodeMismatch = "Target.ResponseCodeMismatch";

    /// <summary>Refused, reset, unreachable, or an answer that is no HTTP.</summary>
    public const string FailedHealthChecks = "Target.FailedHealthChecks";
}
