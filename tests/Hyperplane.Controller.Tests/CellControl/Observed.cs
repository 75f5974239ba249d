using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What a tenant sees of a load balancer, and an agent of a call.</summary>
internal static class Observed
{
    /// <summary>Waits until a load balancer's status is as wanted.</summary>
    public static Task<LoadBalancer> SeenAsync(
        Region region, string tenant, string id, Func<ResourceStatus, bool> wanted) =>
        Eventually.GetAsync(
            async () => Region.Done(
                await region.LoadBalancers.GetAsync(tenant, id, TestContext.Current.CancellationToken)),
            lb => wanted(lb.Status));

    /// <summary>How a call ended.</summary>
    public static async Task<StatusCode> FailureAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }
}
