using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.LoadBalancers;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Plans load balancers; a new one is created with its listeners in one request.</summary>
internal sealed class LoadBalancerPlanner
{
    private const string Noun = "nlb";

    private readonly Existing _existing;
    private readonly Rehearsal _rehearsal;
    private readonly ZonePlanner _zones;
    private readonly ListenerPlanner _listeners;
    private readonly ShareNames _shares;

    public LoadBalancerPlanner(
        Session session, WantedTree wanted, Existing existing, KnownIds ids, Rehearsal rehearsal)
    {
        (_existing, _rehearsal) = (existing, rehearsal);
        _zones = new ZonePlanner(ids);
        _shares = new ShareNames(wanted, existing, ids);
        _listeners = new ListenerPlanner(session, rehearsal, _shares);
    }

    /// <summary>Adds the steps of one.</summary>
    /// <param name="wanted">The load balancer.</param>
    /// <param name="steps">Gets what is about itself.</param>
    /// <param name="listeners">Gets what is about listeners of one that is there.</param>
    public async Task PlanAsync(WantedLoadBalancer wanted, List<Step> steps, List<Step> listeners)
    {
        Resource<LoadBalancer>? known =
            _existing.LoadBalancers.FirstOrDefault(one => one.Value.Name == wanted.Body.Name);
        if (known is null)
        {
            steps.Add(await CreateAsync(wanted));
            return;
        }

        if (await ChangeAsync(wanted, known) is { } step)
            steps.Add(step);
        if (wanted.Listeners is { } all)
            await _listeners.PlanAsync(wanted, all, known.Value, listeners);
    }

    private async Task<Step> CreateAsync(WantedLoadBalancer wanted)
    {
        IReadOnlyList<WantedListener> listeners = wanted.Listeners ?? [];
        NewLoadBalancer rehearsed = wanted.Body with
        {
            Zones = _zones.Now(wanted.Zones),
            Listeners = listeners.Count == 0
                ? null
                : [.. listeners.Select(one => one.Body with { TargetGroups = _shares.Rehearsed(one) })],
        };
        await _rehearsal.TryAsync(
            wanted.At, $"{Noun} {wanted.Body.Name}", HttpMethod.Post, LoadBalancerCommands.Path, rehearsed,
            ApplyJson.Default.NewLoadBalancer);
        JsonElement said = JsonSerializer.SerializeToElement(wanted.Body, ApplyJson.Default.NewLoadBalancer);
        return new Step(
            [
                new Change(
                    ChangeKind.Create, Noun, wanted.Body.Name,
                    [.. ZonePlanner.Said(wanted.Zones), .. Fields.Said(said, "name", "zones")]),
                .. listeners.Select(one => ListenerPlanner.Created(wanted, one)),
            ],
            async applied =>
            {
                NewLoadBalancer body = wanted.Body with
                {
                    Zones = ZonePlanner.With(wanted.Zones, applied.Ids),
                    Listeners = listeners.Count == 0
                        ? null
                        : [.. listeners.Select(one => one.Body with
                        {
                            TargetGroups = ShareNames.With(one, applied.Ids),
                        })],
                };
                ApiAnswer answer = await applied.Session.Api.SendAsync(
                    HttpMethod.Post, LoadBalancerCommands.Path, body, ApplyJson.Default.NewLoadBalancer,
                    applied.Session.Deadline);
                applied.Touch(answer.Read(LoadBalancer.Kind.Type).Value.Id);
            });
    }

    private async Task<Step?> ChangeAsync(WantedLoadBalancer wanted, Resource<LoadBalancer> known)
    {
        string path = ApiPath.Of("load-balancers", known.Value.Id);
        JsonElement? become = await _rehearsal.TryAsync(
            wanted.At, $"{Noun} {wanted.Body.Name}", HttpMethod.Put, path,
            wanted.Body with { Zones = _zones.Now(wanted.Zones) }, ApplyJson.Default.NewLoadBalancer);
        IReadOnlyList<FieldChange> fields =
        [
            .. _zones.Differences(known.Value, wanted.Zones),
            .. become is { } whole
                ? Fields.Differences(known.Json, whole, "ipAddressType", "scheme", "attributes", "tags")
                : [],
        ];
        if (fields.Count == 0)
            return null;
        return new Step([new Change(ChangeKind.Change, Noun, wanted.Body.Name, fields)], async applied =>
        {
            await applied.Session.Api.SendAsync(
                HttpMethod.Put, path, wanted.Body with { Zones = ZonePlanner.With(wanted.Zones, applied.Ids) },
                ApplyJson.Default.NewLoadBalancer, applied.Session.Deadline);
            applied.Touch(known.Value.Id);
        });
    }
}
