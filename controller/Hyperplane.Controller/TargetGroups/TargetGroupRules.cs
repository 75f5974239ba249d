using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.TargetGroups;

/// <summary>What a target group may be.</summary>
internal static class TargetGroupRules
{
    private const string DefaultPath = "/";
    private const string DefaultMatcher = "200-399";
    private const int MaxPathChars = 1_024;

    /// <summary>Everything that is wrong with a request.</summary>
    public static List<FieldError> Check(TargetGroupConfig config)
    {
        var errors = new List<FieldError>();
        Rules.Name(errors, config.Name, "/name");
        if (!Enum.IsDefined(config.Protocol))
            errors.Add(Rules.Invalid("/protocol", "TCP, UDP or TCP_UDP is allowed."));
        Rules.Between(errors, config.Port, 1, 65_535, "/port");
        if (!Enum.IsDefined(config.IpAddressType))
            errors.Add(Rules.Invalid("/ipAddressType", "ipv4 or ipv6 is allowed."));
        Rules.Between(errors, config.DeregistrationDelaySeconds, 0, 3_600, "/deregistrationDelaySeconds");
        Rules.Tags(errors, config.Tags, "/tags");
        CheckHealth(errors, config.HealthCheck);
        TargetGroupAttributes.Check(errors, config);
        return errors;
    }

    /// <summary>The same request with what HTTP and HTTPS checks have by default.</summary>
    public static HealthCheckConfig WithDefaults(HealthCheckConfig health) =>
        health.Protocol != HealthCheckProtocol.Tcp
        ? health with { Path = health.Path ?? DefaultPath, Matcher = health.Matcher ?? DefaultMatcher }
        : health;

    private static void CheckHealth(List<FieldError> errors, HealthCheckConfig health)
    {
        if (!Enum.IsDefined(health.Protocol))
            errors.Add(Rules.Invalid("/healthCheck/protocol", "TCP, HTTP or HTTPS is allowed."));
        if (health.Port is { } port)
            Rules.Between(errors, port, 1, 65_535, "/healthCheck/port");
        Rules.Between(errors, health.IntervalSeconds, 1, 300, "/healthCheck/intervalSeconds");
        Rules.Between(errors, health.TimeoutSeconds, 1, 120, "/healthCheck/timeoutSeconds");
        if (health.TimeoutSeconds > health.IntervalSeconds)
            errors.Add(Rules.Invalid("/healthCheck/timeoutSeconds", "It may not be longer than the interval."));
        Rules.Between(errors, health.HealthyThreshold, 2, 10, "/healthCheck/healthyThreshold");
        Rules.Between(errors, health.UnhealthyThreshold, 2, 10, "/healthCheck/unhealthyThreshold");
        bool http = health.Protocol is HealthCheckProtocol.Http or HealthCheckProtocol.Https;
        if (health.Path is { } path && (!http || !IsPath(path)))
            errors.Add(Rules.Invalid(
                "/healthCheck/path",
                $"Only with HTTP and HTTPS: a slash and visible ASCII characters, at most {MaxPathChars} in all."));
        if (health.Matcher is { } matcher && (!http || !StatusCodes.TryParse(matcher, out _)))
            errors.Add(Rules.Invalid(
                "/healthCheck/matcher", "Only with HTTP and HTTPS: one code or a range, 200 to 599, such as 200-399."));
    }

    // What goes onto a request line may not hold a space, a control character or a line end.
    private static bool IsPath(string path) =>
        path.Length <= MaxPathChars && path.StartsWith('/') && path.All(letter => letter is > ' ' and < '\x7f');
}
