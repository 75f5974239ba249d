using System.Globalization;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Trees;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.Trees;

/// <summary>Creates trees by their parts' own stores, rules and quotas, in one transaction.</summary>
internal sealed class NewTreeStore(
    Session session, ILoadBalancers loadBalancers, IListeners listeners, ITargetGroups groups, ITargets targets)
    : INewTrees
{
    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> CreateAsync(
        string tenantId, LoadBalancerConfig config, IReadOnlyList<NewListener> under, CancellationToken cancel) =>
        session.WriteAsOneAsync<LoadBalancer>(
            tenantId,
            async () =>
            {
                var errors = new List<FieldError>();
                Outcome<LoadBalancer> made = await loadBalancers.CreateAsync(tenantId, config, cancel);
                LoadBalancer? owner = Value(made, "", errors);
                bool isNew = made is Outcome<LoadBalancer>.Done { Changed: true };
                bool isMore = false;
                foreach ((int index, NewListener wanted) in under.Index())
                {
                    string at = string.Create(CultureInfo.InvariantCulture, $"/listeners/{index}");
                    Outcome<Listener>? added = await AddAsync(tenantId, owner?.Id, wanted, at, errors, cancel);
                    isMore |= added is Outcome<Listener>.Done { Changed: true };
                }

                if (errors.Count > 0)
                    return Refuse.All<LoadBalancer>(errors);
                if (isMore && !isNew)
                    return Taken<LoadBalancer>("load balancer", owner!.Id, "listeners");
                return With(await loadBalancers.GetAsync(tenantId, owner!.Id, cancel), isNew);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Listener>> CreateAsync(
        string tenantId, string loadBalancerId, NewListener listener, CancellationToken cancel) =>
        session.WriteAsOneAsync<Listener>(
            tenantId,
            async () =>
            {
                var errors = new List<FieldError>();
                Outcome<Listener>? added = await AddAsync(tenantId, loadBalancerId, listener, "", errors, cancel);
                return added is null || errors.Count > 0 ? Refuse.All<Listener>(errors) : added;
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<TargetGroup>> CreateAsync(string tenantId, NewTargetGroup group, CancellationToken cancel) =>
        session.WriteAsOneAsync<TargetGroup>(
            tenantId,
            async () => await AddAsync(tenantId, group, cancel) switch
            {
                Outcome<TargetGroup>.Done made =>
                    With(await groups.GetAsync(tenantId, made.Value.Id, cancel), made.Changed),
                Outcome<TargetGroup> refused => refused,
            },
            cancel);

    /// <summary>Adds a listener after its groups; null when those, or its load balancer, are not there.</summary>
    private async Task<Outcome<Listener>?> AddAsync(
        string tenantId, string? loadBalancerId, NewListener wanted, string at, List<FieldError> errors,
        CancellationToken cancel)
    {
        var shares = new List<TargetGroupShare>();
        foreach ((int index, TargetGroupShare share) in wanted.Config.TargetGroups.Index())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{at}/targetGroups/{index}/targetGroup");
            if (wanted.NewGroups[index] is not { } group)
                shares.Add(share);
            else if (Value(await AddAsync(tenantId, group, cancel), place, errors) is { } made)
                shares.Add(share with { TargetGroupId = made.Id });
        }

        if (loadBalancerId is null || shares.Count < wanted.Config.TargetGroups.Count)
            return null;
        ListenerConfig config =
            wanted.Config with { TargetGroupId = shares[0].TargetGroupId, TargetGroups = shares };
        Outcome<Listener> added = await listeners.CreateAsync(tenantId, loadBalancerId, config, cancel);
        errors.AddRange(Refusals(added, "").Select(
            error => error with { Pointer = at + Place(error.Pointer, wanted.NewGroups) }));
        return added;
    }

    private async Task<Outcome<TargetGroup>> AddAsync(
        string tenantId, NewTargetGroup wanted, CancellationToken cancel)
    {
        Outcome<TargetGroup> made = await groups.CreateAsync(tenantId, wanted.Config, cancel);
        if (made is not Outcome<TargetGroup>.Done group || wanted.Targets.Count == 0)
            return made;
        return await targets.RegisterAsync(tenantId, group.Value.Id, wanted.Targets, cancel) switch
        {
            Outcome<IReadOnlyList<Target>>.Refused refused => new Outcome<TargetGroup>.Refused(refused.Refusal),
            Outcome<IReadOnlyList<Target>>.Done { Changed: true } when !group.Changed =>
                Taken<TargetGroup>("target group", group.Value.Id, "targets"),
            _ => made,
        };
    }

    private static T? Value<T>(Outcome<T> outcome, string at, List<FieldError> errors)
        where T : class
    {
        errors.AddRange(Refusals(outcome, at));
        return outcome is Outcome<T>.Done done ? done.Value : null;
    }

    /// <summary>What is wrong, with its place in the tree.</summary>
    private static IEnumerable<FieldError> Refusals<T>(Outcome<T> outcome, string at)
    {
        if (outcome is not Outcome<T>.Refused { Refusal: { } refusal })
            return [];
        return refusal.Errors.Count == 0
            ? [new FieldError(at, refusal.Code, refusal.Detail)]
            : refusal.Errors.Select(error => error with { Pointer = at + error.Pointer });
    }

    /// <summary>What is said of a group's id is said of the group where that is made here.</summary>
    private static string Place(string pointer, IReadOnlyList<NewTargetGroup?> newGroups)
    {
        for (int index = 0; index < newGroups.Count; index++)
        {
            string one = string.Create(CultureInfo.InvariantCulture, $"/targetGroups/{index}/targetGroup");
            if (newGroups[index] is not null && (pointer == one + "Id" || pointer == "/targetGroupId"))
                return one;
        }

        return pointer;
    }

    private static Outcome<T> With<T>(Outcome<T> seen, bool changed) =>
        seen is Outcome<T>.Done done ? done with { Changed = changed } : seen;

    private static Outcome<T>.Refused Taken<T>(string what, string id, string parts) => Refuse.With<T>(
        RefusalKind.Conflict, "name_in_use", $"The {what} {id} has this name with other {parts}.",
        new FieldError("/name", "name_in_use", $"The name is in use with other {parts}."));
}
