namespace Hyperplane.Health;

/// <summary>How a probe ended.</summary>
public enum ProbeOutcome
{
    /// <summary>As the settings ask.</summary>
    Success,

    /// <summary>Not done in time.</summary>
    Timeout,

    /// <summary>An HTTP status code outside the range.</summary>
    CodeMismatch,

    /// <summary>Refused, reset, unreachable, or an answer that is no HTTP.</summary>
    Failure,

    /// <summary>This node could not send it (no source address, no free port or file); counts for nothing.</summary>
    NotSent,
}
