using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>How a target's health is to be checked; everything has a default.</summary>
internal sealed record CreateHealthCheck : IRequestBody
{
    private const int UsualIntervalSeconds = 30;
    private const int UsualTcpTimeoutSeconds = 10;
    private const int UsualHttpTimeoutSeconds = 6;
    private const int UsualHealthyThreshold = 5;
    private const int UsualUnhealthyThreshold = 2;
    private const string UsualMatcher = "200-399";

    [Description("TCP by default: a completed handshake is success. HTTP and HTTPS: a matching status code is; "
     + "the certificate is not verified.")]
    public ProbeProtocol? Protocol { get; init; }

    [Between(1, 65535), Description("The target's own port by default.")]
    public int? Port { get; init; }

    [Pattern(
     @"^/[!-~]{0,1023}$", "Must begin with a slash and have at most 1024 printable ASCII characters, no space."),
     Example("/healthz"), Description("HTTP and HTTPS only; `/` by default.")]
    public string? Path { get; init; }

    [Between(1, 300), Example(10), Description("30 by default.")]
    public int? IntervalSeconds { get; init; }

    [Between(1, 120), Example(5),
     Description("At most the interval. 10 for TCP and HTTPS, 6 for HTTP by default, or the interval if "
     + "that is less.")]
    public int? TimeoutSeconds { get; init; }

    [Between(2, 10), Description(
     "5 by default: so many successes bring an unhealthy target back. The first success makes a new one healthy.")]
    public int? HealthyThreshold { get; init; }

    [Between(2, 10), Description("2 by default.")]
    public int? UnhealthyThreshold { get; init; }

    [Pattern("^[1-5][0-9]{2}(-[1-5][0-9]{2})?$", "Must be a status code or a range of them, such as 200 or 200-399."),
     Example("200-399"), Description("HTTP and HTTPS only; `200-399` by default.")]
    public string? Matcher { get; init; }

    private bool IsHttp => Protocol is ProbeProtocol.Http or ProbeProtocol.Https;

    private int UsualTimeoutSeconds =>
        Protocol == ProbeProtocol.Http ? UsualHttpTimeoutSeconds : UsualTcpTimeoutSeconds;

    /// <summary>Adds what no single member's rule can see.</summary>
    public void Check(Findings findings)
    {
        if (!IsHttp && Path is not null)
            findings.Invalid(
                "/healthCheck/path", "Is for HTTP and HTTPS checks only; set healthCheck.protocol or leave it out.");
        if (!IsHttp && Matcher is not null)
            findings.Invalid(
                "/healthCheck/matcher", "Is for HTTP and HTTPS checks only; set healthCheck.protocol or leave it out.");
        if (TimeoutSeconds > (IntervalSeconds ?? UsualIntervalSeconds))
            findings.Invalid("/healthCheck/timeoutSeconds", "Must not be longer than the interval.");
        if (Matcher?.Split('-') is [var low, var high] && string.CompareOrdinal(low, high) > 0)
            findings.Invalid("/healthCheck/matcher", "Must not end before it begins.");
    }

    /// <summary>The same in the controller's words, defaults filled in; only after nothing wrong was found.</summary>
    public HealthCheckConfig ToConfig()
    {
        int intervalSeconds = IntervalSeconds ?? UsualIntervalSeconds;
        return new HealthCheckConfig(
            Protocol switch
            {
                ProbeProtocol.Http => HealthCheckProtocol.Http,
                ProbeProtocol.Https => HealthCheckProtocol.Https,
                _ => HealthCheckProtocol.Tcp,
            },
            Port,
            IsHttp ? Path ?? "/" : null,
            intervalSeconds,
            TimeoutSeconds ?? Math.Min(intervalSeconds, UsualTimeoutSeconds),
            HealthyThreshold ?? UsualHealthyThreshold,
            UnhealthyThreshold ?? UsualUnhealthyThreshold,
            IsHttp ? Matcher ?? UsualMatcher : null);
    }
}
