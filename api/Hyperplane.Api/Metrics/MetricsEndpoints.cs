using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Metrics;

/// <summary>/v1/metrics and /v1/load-balancers/{loadBalancer}/metrics</summary>
internal static class MetricsEndpoints
{
    /// <summary>How much a page tells: some 10 MiB at most.</summary>
    private static readonly TrafficLimits Most = new(LoadBalancers: 200, Listeners: 2_000, Targets: 5_000);

    public static void MapMetrics(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/load-balancers/{loadBalancer}/metrics", OfOneAsync)
            .Describe("Load balancers", "getLoadBalancerMetrics", "Read a load balancer's metrics",
                "For Prometheus: what `stats` says of it and of the target groups of its listeners, in the text "
                + "format 0.0.4 or as OpenMetrics 1.0.")
            .AnswersText(MetricFormat.TextType, MetricFormat.OpenMetricsType).Refuses(404).Opens(Access.Tenant);
        v1.MapGet("/metrics", OfAllAsync)
            .Describe("Load balancers", "getMetrics", "Read the metrics of all load balancers",
                $"For Prometheus: as of one load balancer. The oldest {Most.LoadBalancers} with together at most "
                + $"{Most.Listeners} listeners, and the oldest target groups with at most {Most.Targets} targets; "
                + "`hyperplane_metrics_left_out` says how many there are beyond. With the operator's key: what nodes "
                + "report and count.")
            .AnswersText(MetricFormat.TextType, MetricFormat.OpenMetricsType).Refuses().Opens(Access.AnyKey);
    }

    private static async Task<IResult> OfOneAsync(
        Caller caller, string loadBalancer, ITraffic traffic, CancellationToken cancel) =>
        Page(await traffic.ReadAsync(caller.TenantId, loadBalancer, Most, cancel));

    private static async Task<IResult> OfAllAsync(
        HttpContext context, ITraffic traffic, ICells cells, CancellationToken cancel)
    {
        if (context.Features.Get<Principal>()!.TenantId is { } tenant)
            return Page(await traffic.ReadAsync(tenant, null, Most, cancel));
        var nodes = new List<Node>();
        foreach (Cell cell in await cells.ListCellsAsync(cancel))
        {
            // A cell that went meanwhile has none.
            if (await cells.ListNodesAsync(cell.Name, cancel) is Outcome<IReadOnlyList<Node>>.Done found)
                nodes.AddRange(found.Value);
        }

        return new MetricsResult(OperatorMetrics.Of(nodes));
    }

    private static IResult Page(Outcome<TrafficReport> read) => read.As(
        report => new MetricsResult(TenantMetrics.Of(report)));
}
