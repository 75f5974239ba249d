using System.Net;

namespace Hyperplane.Health;

/// <summary>One target to check, as member of one target group.</summary>
/// <param name="TargetId">Stable; the same target may be in several groups.</param>
/// <param name="GroupId">Stable.</param>
/// <param name="EndPoint">Where probes go.</param>
/// <param name="Settings">How and how often.</param>
/// <param name="Source">The address probes leave from; null: the kernel's choice.</param>
public sealed record HealthCheckTarget(
    uint TargetId, uint GroupId, IPEndPoint EndPoint, HealthCheckSettings Settings, IPAddress? Source = null)
{
    /// <summary>What is wrong with it, in words for an operator; null: nothing.</summary>
    public string? FindProblem()
    {
        if (EndPoint.Port == 0)
            return "the port to check must be 1 to 65,535";
        return Source is not null && Source.AddressFamily != EndPoint.AddressFamily
            ? $"the source address {Source} is of another family than the target {EndPoint.Address}"
            : Settings.FindProblem();
    }
}
