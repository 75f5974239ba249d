using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Tells of a load balancer as it is and whenever it becomes other, until it is gone.</summary>
/// <remarks>
/// A watch also ends when its caller leaves, the host stops or the key is revoked; whoever comes back begins with what
/// is then. A caller who reads slowly misses what is overtaken meanwhile, never the newest.
/// </remarks>
internal sealed class WatchStream(ILoadBalancers loadBalancers, WatchPlace place, ApiOptions options)
{
    /// <summary>Answers a request with events, or with the problem why there are none.</summary>
    public Task<IResult> SendAsync(HttpContext http, string tenantId, string id) => place.RunAsync(http, async stop =>
    {
        Outcome<LoadBalancer> now = await loadBalancers.GetAsync(tenantId, id, stop);
        if (now is not Outcome<LoadBalancer>.Done first)
            return now.Ok(LoadBalancerView.From);
        await FollowAsync(http, tenantId, first.Value, stop);
        return TypedResults.Empty;
    });

    private async Task FollowAsync(HttpContext http, string tenantId, LoadBalancer first, CancellationToken cancel)
    {
        var events = new EventWriter(http);
        LoadBalancer known = first;
        TimeSpan silent = TimeSpan.Zero;
        await events.BeginAsync(cancel);
        await events.SendAsync("state", known, cancel);
        while (await place.MayAsync(http.Request, cancel))
        {
            Outcome<LoadBalancer> now = await loadBalancers.WaitAsync(tenantId, known, place.Slice, cancel);
            if (now is not Outcome<LoadBalancer>.Done seen)
            {
                await events.SendAsync("deleted", known, cancel);
                return;
            }

            silent += place.Slice;
            if (!seen.Value.TellsSame(known))
            {
                (known, silent) = (seen.Value, TimeSpan.Zero);
                await events.SendAsync("state", known, cancel);
            }
            else if (silent >= options.WatchKeepAlive)
            {
                silent = TimeSpan.Zero;
                await events.KeepAliveAsync(cancel);
            }
        }
    }
}
