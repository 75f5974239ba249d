namespace Hyperplane.Controller.Contracts.TargetGroups;

/// <summary>What is to be otherwise in a health check; what is null stays.</summary>
public sealed record HealthCheckChange
{
    /// <summary>TCP, HTTP or HTTPS; from or to TCP the path and the matcher begin anew.</summary>
    public HealthCheckProtocol? Protocol { get; init; }

    /// <summary>1 to 65535.</summary>
    public int? Port { get; init; }

    /// <summary>Back to the target's own port.</summary>
    public bool ClearsPort { get; init; }

    /// <summary>HTTP and HTTPS only.</summary>
    public string? Path { get; init; }

    /// <summary>1 to 300.</summary>
    public int? IntervalSeconds { get; init; }

    /// <summary>1 to 120, at most the interval.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>2 to 10.</summary>
    public int? HealthyThreshold { get; init; }

    /// <summary>2 to 10.</summary>
    public int? UnhealthyThreshold { get; init; }

    /// <summary>HTTP and HTTPS only.</summary>
    public string? Matcher { get; init; }

    /// <summary>A health check with this change.</summary>
    public HealthCheckConfig Apply(HealthCheckConfig before)
    {
        HealthCheckProtocol protocol = Protocol ?? before.Protocol;
        bool isOther = (protocol == HealthCheckProtocol.Tcp) != (before.Protocol == HealthCheckProtocol.Tcp);
        return new HealthCheckConfig(
            protocol,
            ClearsPort ? null : Port ?? before.Port,
            Path ?? (isOther ? null : before.Path),
            IntervalSeconds ?? before.IntervalSeconds,
            TimeoutSeconds ?? before.TimeoutSeconds,
            HealthyThreshold ?? before.HealthyThreshold,
            UnhealthyThreshold ?? before.UnhealthyThreshold,
            Matcher ?? (isOther ? null : before.Matcher));
    }
}
