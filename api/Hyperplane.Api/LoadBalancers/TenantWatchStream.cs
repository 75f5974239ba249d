using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Tells of all load balancers of a tenant as they are, and whenever one becomes other, comes or
/// goes.</summary>
/// <remarks>
/// It ends as a <see cref="WatchStream"/>. What is kept of it is what its caller was told last, of 1,000 load balancers
/// at most; nothing is queued. With more of them, or a caller who takes too long to read what is told at once, it says
/// why and ends.
/// </remarks>
internal sealed class TenantWatchStream(
    ILoadBalancers loadBalancers, WatchPlace place, ApiOptions options, TimeProvider clock)
{
    /// <summary>The most load balancers that are followed.</summary>
    private const int Most = 1_000;

    /// <summary>Answers a request with events, or with the problem why there are none.</summary>
    public Task<IResult> SendAsync(HttpContext http, string tenantId) => place.RunAsync(http, async stop =>
    {
        var events = new EventWriter(http);
        await events.BeginAsync(stop);
        if (await FollowAsync(http, tenantId, events, stop) is { } reason)
            await events.CutAsync(reason, stop);
        return TypedResults.Empty;
    });

    /// <summary>Tells until the key opens no more; why it is cut off, when it is.</summary>
    private async Task<string?> FollowAsync(
        HttpContext http, string tenantId, EventWriter events, CancellationToken cancel)
    {
        var known = new Dictionary<string, LoadBalancer>(StringComparer.Ordinal);
        TimeSpan wait = TimeSpan.Zero;
        TimeSpan silent = TimeSpan.Zero;
        for (bool isFirst = true; await place.MayAsync(http.Request, cancel); isFirst = false)
        {
            Page<LoadBalancer> now = await loadBalancers.WaitAllAsync(tenantId, known, Most, wait, cancel);
            if (now.NextToken is not null)
                return "too_many";
            silent += wait;
            wait = place.Slice;
            long began = clock.GetTimestamp();
            bool told = await TellAsync(events, known, now.Items, cancel);
            if (isFirst)
                await events.SyncedAsync(cancel);
            else if (!told && silent >= options.WatchKeepAlive)
                await events.KeepAliveAsync(cancel);
            else if (!told)
                continue;
            silent = TimeSpan.Zero;
            if (clock.GetElapsedTime(began) >= options.WatchSlowest)
                return "slow_reader";
        }

        return null;
    }

    /// <summary>Tells what is other than is known, and knows it; whether there was anything.</summary>
    private static async Task<bool> TellAsync(
        EventWriter events, Dictionary<string, LoadBalancer> known, IReadOnlyList<LoadBalancer> now,
        CancellationToken cancel)
    {
        bool told = false;
        var gone = new HashSet<string>(known.Keys, StringComparer.Ordinal);
        foreach (LoadBalancer one in now)
        {
            gone.Remove(one.Id);
            if (known.TryGetValue(one.Id, out LoadBalancer? before) && one.TellsSame(before))
                continue;
            known[one.Id] = one;
            told = true;
            await events.SendAsync("state", one, cancel);
        }

        foreach (string id in gone.Order(StringComparer.Ordinal))
        {
            known.Remove(id, out LoadBalancer? last);
            told = true;
            await events.SendAsync("deleted", last!, cancel);
        }

        return told;
    }
}
