using System.Buffers;

namespace Hyperplane.Health;

/// <summary>How a target group is checked.</summary>
public sealed record HealthCheckSettings
{
    /// <summary>Longest path of a request, in bytes.</summary>
    public const int MaxPathBytes = 1024;

    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%\"<>\\^`{|}");

    /// <summary>TCP, HTTP or HTTPS.</summary>
    public HealthCheckKind Kind { get; init; } = HealthCheckKind.Tcp;

    /// <summary>What HTTP asks for: starts with a slash, printable ASCII without spaces, at most 1,024 bytes.</summary>
    public string Path { get; init; } = "/";

    /// <summary>From one probe to the next, 100 ms to 300 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For one whole probe, 50 ms to 120 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Successes in a row that make an unhealthy target healthy, 1 to 100.</summary>
    public int HealthyThreshold { get; init; } = 5;

    /// <summary>Failures in a row that make a target unhealthy, 1 to 100.</summary>
    public int UnhealthyThreshold { get; init; } = 2;

    /// <summary>Lowest HTTP status code that counts as healthy, 200 to 599.</summary>
    public int CodeMin { get; init; } = 200;

    /// <summary>Highest HTTP status code that counts as healthy, <see cref="CodeMin"/> to 599.</summary>
    public int CodeMax { get; init; } = 399;

    /// <summary>Whether a probe begins with a proxy protocol header, version 2, command LOCAL: a target that wants
    /// headers takes the connection as the load balancer's own.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Whether HTTP answers tell the weight that the target asks for; see
    /// <see cref="Hyperplane.Health.EndpointWeight"/>.</summary>
    public bool EndpointWeight { get; init; }

    /// <summary>What is wrong with these settings, in words for an operator; null: nothing.</summary>
    public string? FindProblem()
    {
        if (!Enum.IsDefined(Kind))
            return "the kind of the health check is unknown";
        if (Interval < TimeSpan.FromMilliseconds(100) || Interval > TimeSpan.FromSeconds(300))
            return "the interval must be 100 ms to 300 s";
        if (Timeout < TimeSpan.FromMilliseconds(50) || Timeout > TimeSpan.FromSeconds(120))
            return "the timeout must be 50 ms to 120 s";
        if (HealthyThreshold is < 1 or > 100 || UnhealthyThreshold is < 1 or > 100)
            return "the thresholds must be 1 to 100";
        return Kind == HealthCheckKind.Tcp ? null : FindHttpProblem();
    }

    private string? FindHttpProblem()
    {
        if (CodeMin is < 200 or > 599 || CodeMax > 599 || CodeMin > CodeMax)
            return "the status codes must be a range within 200 to 599";
        return Path is null
            || Path.Length > MaxPathBytes
            || !Path.StartsWith('/')
            || Path.AsSpan().ContainsAnyExcept(PathCharacters)
            ? "the path must start with / and be printable ASCII without spaces, at most 1,024 bytes"
            : null;
    }
}
