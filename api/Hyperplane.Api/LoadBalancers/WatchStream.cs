using Hyperplane.Api.Authentication;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Tells of a load balancer as it is and whenever it becomes other, until it is gone.</summary>
/// <remarks>
/// A watch also ends when its caller leaves, the host stops or the key is revoked; whoever comes back begins with what
/// is then. A caller who reads slowly misses what is overtaken meanwhile, never the newest.
/// </remarks>
internal sealed class WatchStream(
    ILoadBalancers loadBalancers,
    ITenants tenants,
    WatchLimits limits,
    ApiOptions options,
    IHostApplicationLifetime host)
{
    /// <summary>How long a revoked key may go on.</summary>
    private static readonly TimeSpan KeyCheck = TimeSpan.FromSeconds(5);

    /// <summary>Answers a request with events, or with the problem why there are none.</summary>
    public async Task<IResult> SendAsync(HttpContext http, string tenantId, string id)
    {
        string keyId = http.Features.GetRequiredFeature<Principal>().KeyId;
        if (limits.TryBegin(keyId) is { } full)
            return new ProblemResult(full);
        try
        {
            Outcome<LoadBalancer> now = await loadBalancers.GetAsync(tenantId, id, http.RequestAborted);
            if (now is not Outcome<LoadBalancer>.Done first)
                return now.Ok(LoadBalancerView.From);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, host.ApplicationStopping);
            try
            {
                await FollowAsync(http, tenantId, first.Value, stop.Token);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                // The host stops: the answer ends here, whole events and all.
            }

            return TypedResults.Empty;
        }
        finally
        {
            limits.End(keyId);
        }
    }

    private async Task FollowAsync(HttpContext http, string tenantId, LoadBalancer first, CancellationToken cancel)
    {
        var events = new EventWriter(http);
        TimeSpan slice = options.WatchKeepAlive < KeyCheck ? options.WatchKeepAlive : KeyCheck;
        LoadBalancer known = first;
        TimeSpan silent = TimeSpan.Zero;
        await events.BeginAsync(cancel);
        await events.SendAsync("state", known, cancel);
        while (await MayAsync(http.Request, cancel))
        {
            Outcome<LoadBalancer> now = await loadBalancers.WaitAsync(tenantId, known, slice, cancel);
            if (now is not Outcome<LoadBalancer>.Done seen)
            {
                await events.SendAsync("deleted", known, cancel);
                return;
            }

            silent += slice;
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

    private async Task<bool> MayAsync(HttpRequest request, CancellationToken cancel) =>
        AuthenticationMiddleware.Secret(request) is { } secret
        && await tenants.AuthenticateAsync(secret, cancel) is not null;
}
