using System.ComponentModel;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>The body that asks for a load balancer.</summary>
internal sealed record CreateLoadBalancer : LoadBalancerBody
{
    [ItemCount(0, 50), Description(
        "Created with it, all or nothing, and with the target groups and targets that they bring.")]
    public List<CreateListener>? Listeners { get; init; }

    /// <inheritdoc/>
    public override void Check(Findings findings)
    {
        for (int i = 0; i < Listeners?.Count; i++)
            Listeners[i]?.Check(findings.Under($"/listeners/{i}"));
        base.Check(findings);
    }

    /// <summary>The listeners in the controller's words; only after nothing wrong was found.</summary>
    public IReadOnlyList<NewListener> ToListeners() => [.. (Listeners ?? []).Select(one => one.ToNew())];
}
