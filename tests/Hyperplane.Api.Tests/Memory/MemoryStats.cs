using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryStats(MemoryStore store) : IStats
{
    private static readonly FlowCount Count = new(1, 2, 3, 4, 5, 6, 7, 8, 9);
    private static readonly DropCount[] Drops = [new(DropReason.NoTarget, 10), new(DropReason.Other, 11)];

    public Task<Outcome<LoadBalancerStats>> OfLoadBalancerAsync(
        string tenantId, string id, CancellationToken cancel) => Task.FromResult(Of<LoadBalancer, LoadBalancerStats>(
            tenantId, id, new LoadBalancerStats(
                MemoryStore.Start, Count, Drops, [new ZoneStats("a", 1, Count, Drops)],
                [new ListenerStats("listener-80", TransportProtocol.Tcp, 80, Count, Drops)])));

    public Task<Outcome<TargetGroupStats>> OfTargetGroupAsync(
        string tenantId, string id, CancellationToken cancel) => Task.FromResult(Of<TargetGroup, TargetGroupStats>(
            tenantId, id, new TargetGroupStats(
                MemoryStore.Start, Count, [new ZoneStats("a", 1, Count, [])],
                [new TargetStats("target-1", "10.0.0.7", 80, TargetState.Healthy, Count)])));

    private Outcome<TStats> Of<T, TStats>(string tenantId, string id, TStats stats)
        where T : class => store.Get<T>(tenantId, id) is Outcome<T>.Refused refused
        ? new Outcome<TStats>.Refused(refused.Refusal)
        : new Outcome<TStats>.Done(stats, false);
}
