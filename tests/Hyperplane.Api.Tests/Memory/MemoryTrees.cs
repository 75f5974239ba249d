using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryTrees(MemoryStore store) : ITrees
{
    private static readonly ResourceStatus Active =
        new(ProvisioningStatus.Active, OperatingStatus.Degraded, 2, true, []);

    public Task<Outcome<LoadBalancerTree>> OfLoadBalancerAsync(
        string tenantId, string id, CancellationToken cancel) =>
        Task.FromResult(store.Get<LoadBalancer>(tenantId, id) switch
        {
            Outcome<LoadBalancer>.Done found => new Outcome<LoadBalancerTree>.Done(
                new LoadBalancerTree(
                    id, found.Value.Name, 3, MemoryStore.Pending,
                    [
                        new ListenerBranch(
                            "listener-80", TransportProtocol.Tcp, 80, 2, Active, [new TargetGroupShare("tg-web", 7)]),
                    ],
                    [
                        new TargetGroupBranch(
                            "tg-web", "web", 2, Active,
                            [Target(1, TargetState.Healthy, null), Target(2, TargetState.Draining, "Target.Gone")]),
                    ]),
                Changed: false),
            Outcome<LoadBalancer>.Refused refused => new Outcome<LoadBalancerTree>.Refused(refused.Refusal),
            _ => (Outcome<LoadBalancerTree>)null!,
        });

    private static Target Target(int number, TargetState state, string? reason) => new(
        $"target-{number}", "tg-web", $"10.0.0.{number}", 8080, 1, state, reason, null, MemoryStore.Start);
}
