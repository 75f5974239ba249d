using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Health;

namespace Hyperplane.Agent.Health;

/// <summary>From the snapshot's words to the checker's and back.</summary>
internal static class HealthTranslation
{
    /// <summary>The settings of a group's check; whether they are allowed is what they say of themselves.</summary>
    public static HealthCheckSettings ToSettings(HealthCheck check)
    {
        var settings = new HealthCheckSettings
        {
            Kind = check.Kind switch
            {
                HealthCheck.Types.Kind.Http => HealthCheckKind.Http,
                HealthCheck.Types.Kind.Https => HealthCheckKind.Https,
                _ => HealthCheckKind.Tcp,
            },
            Interval = TimeSpan.FromMilliseconds(check.IntervalMs),
            Timeout = TimeSpan.FromMilliseconds(check.TimeoutMs),
            HealthyThreshold = (int)Math.Min(check.HealthyThreshold, int.MaxValue),
            UnhealthyThreshold = (int)Math.Min(check.UnhealthyThreshold, int.MaxValue),
        };
        return settings.Kind == HealthCheckKind.Tcp
            ? settings
            : settings with
            {
                Path = check.Path,
                CodeMin = (int)Math.Min(check.CodeMin, int.MaxValue),
                CodeMax = (int)Math.Min(check.CodeMax, int.MaxValue),
                EndpointWeight = check.EndpointWeight,
            };
    }

    /// <summary>What is probed for these groups: the check's port when it has one, otherwise the target's.</summary>
    public static IReadOnlyList<HealthCheckTarget> ToTargets(
        ImmutableArray<TargetGroup> groups, ImmutableArray<IPAddress> sources)
    {
        var targets = new List<HealthCheckTarget>(groups.Sum(g => g.Targets.Count));
        foreach (TargetGroup group in groups)
        {
            HealthCheckSettings settings =
                ToSettings(group.HealthCheck) with { ProxyProtocol = group.ProxyProtocol };
            uint port = group.HealthCheck.Port;
            foreach (Target target in group.Targets)
            {
                var endPoint = new IPEndPoint(
                    WireAddress.ToAddress(target.Address), (int)(port == 0 ? target.Port : port));
                targets.Add(new HealthCheckTarget(
                    target.Id,
                    group.Id,
                    endPoint,
                    settings,
                    sources.FirstOrDefault(source => source.AddressFamily == endPoint.AddressFamily)));
            }
        }

        return targets;
    }

    /// <summary>A verdict in the agent's words.</summary>
    public static ProbeVerdict ToVerdict(TargetVerdict verdict) => new(
        verdict.State switch
        {
            TargetHealthState.Healthy => ProbeState.Healthy,
            TargetHealthState.Unhealthy => ProbeState.Unhealthy,
            _ => ProbeState.Initial,
        },
        verdict.Reason,
        "")
    {
        Sent = verdict.Sent,
        Received = verdict.Received,
        CheckedAt = verdict.CheckedAt,
        Weight = verdict.Weight,
    };
}
