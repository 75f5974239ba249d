using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>
/// Holds a long poll until the status of a load balancer is news to its caller, its time is over or the host stops.
/// </summary>
internal sealed class StatusWatch(ILoadBalancers loadBalancers, TimeProvider clock, IHostApplicationLifetime host)
{
    /// <summary>The controller wakes for provisioning alone; targets' health is looked at this often.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

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
            while (now is Outcome<LoadBalancer>.Done known && !query.IsNews(first.Value, known.Value))
            {
                TimeSpan left = query.Wait - clock.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    break;
                now = await loadBalancers.WaitAsync(
                    tenantId, known.Value, left < Slice ? left : Slice, stop.Token);
            }

            return now;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await loadBalancers.GetAsync(tenantId, id, cancel);
        }
    }
}
