using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Tests.Memory;

/// <summary>Of every load balancer what <see cref="MemoryStats"/> says, with all of the tenant's groups.</summary>
internal sealed class MemoryTraffic(MemoryStore store, IStats stats) : ITraffic
{
    public TrafficLimits Asked { get; private set; }

    public async Task<Outcome<TrafficReport>> ReadAsync(
        string tenantId, string? id, TrafficLimits most, CancellationToken cancel)
    {
        Asked = most;
        if (id is not null && store.Get<LoadBalancer>(tenantId, id) is Outcome<LoadBalancer>.Refused refused)
            return new Outcome<TrafficReport>.Refused(refused.Refusal);
        var balancers = new List<LoadBalancerTraffic>();
        foreach (LoadBalancer one in All<LoadBalancer>(tenantId).Where(one => id is null || one.Id == id))
        {
            var of = (Outcome<LoadBalancerStats>.Done)await stats.OfLoadBalancerAsync(tenantId, one.Id, cancel);
            balancers.Add(new LoadBalancerTraffic(
                one.Id, one.Name, one.Tags, OperatingStatus.Degraded, of.Value));
        }

        var groups = new List<TargetGroupTraffic>();
        foreach (TargetGroup one in All<TargetGroup>(tenantId))
        {
            var of = (Outcome<TargetGroupStats>.Done)await stats.OfTargetGroupAsync(tenantId, one.Id, cancel);
            TargetStats ill = new("target-2", "fd00::7", 81, TargetState.UnhealthyDraining, default);
            groups.Add(new TargetGroupTraffic(
                one.Id, one.Name, one.Tags, of.Value with { Targets = [.. of.Value.Targets, ill] }));
        }

        return new Outcome<TrafficReport>.Done(new TrafficReport(balancers, groups, 3, 0), false);
    }

    private T[] All<T>(string tenantId) =>
        [.. store.Resources.Where(one => one.Key.Tenant == tenantId).Select(one => one.Value).OfType<T>()];
}
