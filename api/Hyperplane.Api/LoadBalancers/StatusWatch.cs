using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>
/// Holds a long poll until the status of a load balancer is news to its caller, its time is over or the host stops.
/// </summary>
internal sealed class StatusWatch(ILoadBalancers loadBalancers, TimeProvider clock, IHostApplicationLifetime host)
{
    /// <summary>The load balancer as it is when the wait ends.</summary>
    public async Task<Outcome<LoadBalancer>> GetAsync(
        string tenantId, string id, WaitQuery query, CancellationToken cancel)
    {
        long start = clock.GetTimestamp();
        Outcome<LoadBalancer> now = await loadBalancers.GetAsync(tenantId, id, cancel);
        if (query.Wait == TimeSpan.Zero || now is not Outcome<LoadBalancer>.Done first)
            return now;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, host.ApplicationStopping);
        try
        {
            bool seen = !query.NamesStatus || query.IsSeen(first.Value);
            ResourceStatus known = first.Value.Status;
            while (seen && query.Wait - clock.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
            {
                now = await loadBalancers.WaitAsync(tenantId, id, known, left, stop.Token);
                if (now is not Outcome<LoadBalancer>.Done done)
                    return now;
                seen = query.NamesStatus && query.IsSeen(done.Value);
                known = done.Value.Status;
            }

            return now;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await loadBalancers.GetAsync(tenantId, id, cancel);
        }
    }
}
