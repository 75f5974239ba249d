namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>How a target's health is checked.</summary>
/// <param name="Protocol">TCP, HTTP or HTTPS.</param>
/// <param name="Port">Null: the target's own port.</param>
/// <param name="Path">HTTP and HTTPS only; at most 1,024 characters, begins with a slash.</param>
/// <param name="IntervalSeconds">1 to 300; 30 by default.</param>
/// <param name="TimeoutSeconds">1 to 120; 10 for TCP and HTTPS, 6 for HTTP by default, at most the interval.</param>
/// <param name="HealthyThreshold">2 to 10; 5 by default. The first success makes a new target healthy all the
/// same.</param>
/// <param name="UnhealthyThreshold">2 to 10; 2 by default.</param>
/// <param name="Matcher">HTTP and HTTPS only: <c>200-399</c> by default, or one code.</param>
public sealed record HealthCheckConfig(
    HealthCheckProtocol Protocol,
    int? Port,
    string? Path,
    int IntervalSeconds,
    int TimeoutSeconds,
    int HealthyThreshold,
    int UnhealthyThreshold,
    string? Matcher);
