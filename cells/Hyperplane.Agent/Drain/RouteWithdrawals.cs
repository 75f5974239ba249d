using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Model;

namespace Hyperplane.Agent.Drain;

/// <summary>Takes single routes back in order: GSHUT for a while, then silence.</summary>
/// <remarks>What was not announced before is not announced for that: a node that starts during a zonal shift stays
/// silent. No clock inside: time is given.</remarks>
/// <param name="shutting">How long a route carries GSHUT before it is withdrawn.</param>
public sealed class RouteWithdrawals(TimeSpan shutting)
{
    private readonly Dictionary<IPNetwork, TimeSpan> _since = [];
    private HashSet<IPNetwork> _announced = [];

    /// <summary>What is announced now, of all that a serving node announces.</summary>
    /// <param name="routes">Those of the model.</param>
    /// <param name="now">Since any fixed moment.</param>
    public ImmutableArray<NodeRoute> Select(ImmutableArray<NodeRoute> routes, TimeSpan now)
    {
        HashSet<IPNetwork> withdrawn = [.. routes.Where(route => route.IsWithdrawn).Select(route => route.Prefix)];
        foreach (IPNetwork back in _since.Keys.Where(prefix => !withdrawn.Contains(prefix)).ToList())
            _since.Remove(back);
        foreach (IPNetwork prefix in withdrawn.Where(_announced.Contains))
            _since.TryAdd(prefix, now);
        if (withdrawn.Count == 0)
        {
            _announced = [.. routes.Where(route => route.Kind == RouteKind.LoneVip).Select(route => route.Prefix)];
            return routes;
        }

        ImmutableArray<NodeRoute> selected =
        [
            .. routes.Where(route => !route.IsWithdrawn || IsShutting(route.Prefix, now))
                .Select(route => route.IsWithdrawn ? route with { GracefulShutdown = true } : route),
        ];
        _announced = [.. selected.Where(route => route.Kind == RouteKind.LoneVip).Select(route => route.Prefix)];
        return selected;
    }

    private bool IsShutting(IPNetwork prefix, TimeSpan now) =>
        _since.TryGetValue(prefix, out TimeSpan since) && now - since < shutting;
}
