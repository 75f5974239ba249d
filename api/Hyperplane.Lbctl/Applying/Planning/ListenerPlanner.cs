using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Listeners;
using Hyperplane.Lbctl.LoadBalancers;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Plans the listeners of a load balancer that is there: the file's are all that it shall have.</summary>
internal sealed class ListenerPlanner(Session session, Rehearsal rehearsal, ShareNames shares)
{
    private const string Noun = "listener";

    /// <summary>Adds their steps: first what goes, so that its port is free.</summary>
    public async Task PlanAsync(
        WantedLoadBalancer owner, IReadOnlyList<WantedListener> wanted, LoadBalancer known, List<Step> steps)
    {
        string path = ApiPath.Of("load-balancers", known.Id, "listeners");
        Dictionary<string, Resource<Listener>> there =
            (await session.Catalogue.ListAsync(Listener.Kind, path, session.Deadline))
            .Where(static one => one.Value.Status.Provisioning != "deleting")
            .ToDictionary(static one => Listener.Kind.Name(one.Value), StringComparer.Ordinal);
        HashSet<string> names = [.. wanted.Select(static one => one.Name)];
        Resource<Listener>[] gone = [.. there.Where(one => !names.Contains(one.Key)).Select(static one => one.Value)];
        foreach (Resource<Listener> one in gone)
        {
            steps.Add(new Step(
                [new Change(ChangeKind.Delete, Noun, $"{Listener.Kind.Name(one.Value)} of {owner.Body.Name}", [])],
                async applied =>
                {
                    await applied.Session.Api.SendAsync(
                        HttpMethod.Delete, $"{path}/{one.Value.Id}", applied.Session.Deadline);
                    applied.Touch(known.Id);
                }));
        }

        foreach (WantedListener one in wanted)
        {
            Step? step = there.TryGetValue(one.Name, out Resource<Listener>? same)
                ? await ChangeAsync(owner, one, same, $"{path}/{same.Value.Id}", known.Id)
                : await CreateAsync(owner, one, path, known.Id, isFree: gone.Length == 0);
            if (step is not null)
                steps.Add(step);
        }
    }

    /// <summary>The line of one that is created.</summary>
    public static Change Created(WantedLoadBalancer owner, WantedListener wanted)
    {
        JsonElement said = JsonSerializer.SerializeToElement(wanted.Body, ApplyJson.Default.NewListener);
        return new Change(ChangeKind.Create, Noun, Of(owner, wanted),
        [
            new FieldChange("targetGroups", null, ShareNames.Text(wanted)),
            .. Fields.Said(said, "protocol", "port", "targetGroups"),
        ]);
    }

    private static string Of(WantedLoadBalancer owner, WantedListener wanted) => $"{wanted.Name} of {owner.Body.Name}";

    /// <param name="owner">Its load balancer.</param>
    /// <param name="wanted">The listener.</param>
    /// <param name="path">Of all of them.</param>
    /// <param name="ownerId">The load balancer's id.</param>
    /// <param name="isFree">Whether its place is free already: what is deleted first may be in its way now.</param>
    private async Task<Step> CreateAsync(
        WantedLoadBalancer owner, WantedListener wanted, string path, string ownerId, bool isFree)
    {
        if (isFree)
            await rehearsal.TryAsync(
                wanted.At, $"{Noun} {Of(owner, wanted)}", HttpMethod.Post, path,
                wanted.Body with { TargetGroups = shares.Rehearsed(wanted) }, ApplyJson.Default.NewListener);
        return new Step([Created(owner, wanted)], async applied =>
        {
            await applied.Session.Api.SendAsync(
                HttpMethod.Post, path, wanted.Body with { TargetGroups = ShareNames.With(wanted, applied.Ids) },
                ApplyJson.Default.NewListener, applied.Session.Deadline);
            applied.Touch(ownerId);
        });
    }

    private async Task<Step?> ChangeAsync(
        WantedLoadBalancer owner, WantedListener wanted, Resource<Listener> known, string path, string ownerId)
    {
        // Where a group is yet to be created, the other fields are rehearsed with the groups that it has.
        IReadOnlyList<NewShare> groups = shares.Known(wanted)
            ?? [.. (known.Value.TargetGroups ?? []).Select(static one => new NewShare(one.TargetGroupId, one.Weight))];
        JsonElement? become = await rehearsal.TryAsync(
            wanted.At, $"{Noun} {Of(owner, wanted)}", HttpMethod.Put, path,
            wanted.Body with { TargetGroups = groups }, ApplyJson.Default.NewListener);
        var forward = new FieldChange("targetGroups", shares.Text(known.Value), ShareNames.Text(wanted));
        IReadOnlyList<FieldChange> fields =
        [
            .. forward.Old == forward.New ? [] : (FieldChange[])[forward],
            .. become is { } whole
                ? Fields.Differences(known.Json, whole, "idleTimeoutSeconds", "allowedCidrs", "deniedCidrs")
                : [],
        ];
        if (fields.Count == 0)
            return null;
        return new Step([new Change(ChangeKind.Change, Noun, Of(owner, wanted), fields)], async applied =>
        {
            await applied.Session.Api.SendAsync(
                HttpMethod.Put, path, wanted.Body with { TargetGroups = ShareNames.With(wanted, applied.Ids) },
                ApplyJson.Default.NewListener, applied.Session.Deadline);
            applied.Touch(ownerId);
        });
    }
}
