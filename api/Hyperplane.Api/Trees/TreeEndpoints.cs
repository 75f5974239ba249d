using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Trees;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Trees;

/// <summary>…/tree</summary>
internal static class TreeEndpoints
{
    public static void MapTrees(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/load-balancers/{loadBalancer}/tree", OfLoadBalancerAsync)
            .Describe("Load balancers", "getLoadBalancerTree", "Get a load balancer's status tree",
                "Where it stands with all of its listeners, their target groups and targets.")
            .Answers<LoadBalancerTreeView>(200).Refuses(404).Opens(Access.Tenant);
    }

    private static async Task<IResult> OfLoadBalancerAsync(
        Caller caller, string loadBalancer, ITrees trees, CancellationToken cancel) =>
        (await trees.OfLoadBalancerAsync(caller.TenantId, loadBalancer, cancel)).Ok(LoadBalancerTreeView.From);
}
