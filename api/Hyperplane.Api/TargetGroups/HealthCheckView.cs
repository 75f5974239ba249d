using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>How a target's health is checked.</summary>
internal sealed record HealthCheckView
{
    [Required, Description("What the check speaks.")]
    public required ProbeProtocol Protocol { get; init; }

    [Required, Description("Null: the target's own port.")]
    public required int? Port { get; init; }

    [Required, Description("HTTP and HTTPS only, else null.")]
    public required string? Path { get; init; }

    [Required, Example(30), Description("From one check to the next.")]
    public required int IntervalSeconds { get; init; }

    [Required, Example(10), Description("A check without an answer for so long has failed.")]
    public required int TimeoutSeconds { get; init; }

    [Required, Example(5), Description("So many successes bring an unhealthy target back.")]
    public required int HealthyThreshold { get; init; }

    [Required, Example(2), Description("So many failures make a target unhealthy.")]
    public required int UnhealthyThreshold { get; init; }

    [Required, Description("HTTP and HTTPS only, else null: the status codes that are success.")]
    public required string? Matcher { get; init; }

    /// <summary>The controller's health check for the wire.</summary>
    public static HealthCheckView From(HealthCheckConfig check) => new()
    {
        Protocol = check.Protocol switch
        {
            HealthCheckProtocol.Http => ProbeProtocol.Http,
            HealthCheckProtocol.Https => ProbeProtocol.Https,
            _ => ProbeProtocol.Tcp,
        },
        Port = check.Port,
        Path = check.Path,
        IntervalSeconds = check.IntervalSeconds,
        TimeoutSeconds = check.TimeoutSeconds,
        HealthyThreshold = check.HealthyThreshold,
        UnhealthyThreshold = check.UnhealthyThreshold,
        Matcher = check.Matcher,
    };
}
