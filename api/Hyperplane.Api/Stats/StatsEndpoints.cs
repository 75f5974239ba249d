using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Stats;

/// <summary>/v1/load-balancers/{loadBalancer}/stats and /v1/target-groups/{targetGroup}/stats</summary>
internal static class StatsEndpoints
{
    public static void MapStats(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/load-balancers/{loadBalancer}/stats", OfLoadBalancerAsync)
            .Describe("Load balancers", "getLoadBalancerStats", "Count a load balancer's traffic",
                "What its nodes reported last, about a second ago, by zone and listener. Sums grow over restarts of "
                + "nodes; take the difference of two answers for a rate.")
            .Answers<LoadBalancerStatsView>(200).Refuses(404).Opens(Access.Tenant);
        v1.MapGet("/target-groups/{targetGroup}/stats", OfTargetGroupAsync)
            .Describe("Target groups", "getTargetGroupStats", "Count a target group's traffic",
                "What nodes reported last, about a second ago, by zone and target.")
            .Answers<TargetGroupStatsView>(200).Refuses(404).Opens(Access.Tenant);
    }

    private static async Task<IResult> OfLoadBalancerAsync(
        Caller caller, string loadBalancer, IStats stats, CancellationToken cancel) =>
        (await stats.OfLoadBalancerAsync(caller.TenantId, loadBalancer, cancel)).Ok(LoadBalancerStatsView.From);

    private static async Task<IResult> OfTargetGroupAsync(
        Caller caller, string targetGroup, IStats stats, CancellationToken cancel) =>
        (await stats.OfTargetGroupAsync(caller.TenantId, targetGroup, cancel)).Ok(TargetGroupStatsView.From);
}
