using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Compares what a file describes with what is there.</summary>
/// <remarks>What a field that is left out comes to, and how the API writes what is said, is not known here: the API is
/// asked what the whole would become, and that is compared with what is.</remarks>
internal sealed class Planner
{
    private readonly Session _session;
    private readonly WantedTree _wanted;
    private readonly Existing _existing;
    private readonly KnownIds _ids;
    private readonly Rehearsal _rehearsal;

    private Planner(Session session, WantedTree wanted, Existing existing, KnownIds ids) =>
        (_session, _wanted, _existing, _ids, _rehearsal) =
            (session, wanted, existing, ids, new Rehearsal(session));

    /// <summary>The plan; fails when the file names what is nowhere, or the API refuses a part.</summary>
    public static Task<Plan> PlanAsync(Session session, WantedTree wanted, Existing existing, KnownIds ids) =>
        new Planner(session, wanted, existing, ids).RunAsync();

    private async Task<Plan> RunAsync()
    {
        CheckReferences();
        var steps = new List<Step>();
        var deletions = new List<Step>();
        steps.AddRange(await new ElasticIpPlanner(_existing, _rehearsal).PlanAsync(_wanted.ElasticIps));
        var groups = new TargetGroupPlanner(_session, _existing, _rehearsal);
        foreach (WantedTargetGroup group in _wanted.TargetGroups)
            await groups.PlanAsync(group, steps, deletions);
        var loadBalancers = new LoadBalancerPlanner(_session, _wanted, _existing, _ids, _rehearsal);
        var listeners = new List<Step>();
        foreach (WantedLoadBalancer one in _wanted.LoadBalancers)
            await loadBalancers.PlanAsync(one, steps, listeners);
        _rehearsal.ThrowIfRefused();
        return new Plan([.. steps, .. listeners, .. deletions]);
    }

    private void CheckReferences()
    {
        var findings = new Findings();
        HashSet<string> groups =
            [.. _ids.TargetGroups.Keys, .. _wanted.TargetGroups.Select(static one => one.Body.Name)];
        HashSet<string> addresses =
            [.. _ids.ElasticIps.Keys, .. _wanted.ElasticIps.Select(static one => one.Body.Name!)];
        foreach (WantedLoadBalancer one in _wanted.LoadBalancers)
        {
            foreach (WantedShare share in (one.Listeners ?? []).SelectMany(static listener => listener.Groups))
            {
                if (!groups.Contains(share.Name))
                    findings.Add(share.At, Missing("target group", share.Name, groups));
            }

            foreach (WantedZone zone in one.Zones)
            {
                foreach (string name in zone.ElasticIps.Where(name => !addresses.Contains(name)))
                    findings.Add(zone.At, Missing("elastic IP", name, addresses));
            }
        }

        findings.ThrowIfAny();
    }

    private static string Missing(string what, string name, HashSet<string> known)
    {
        string[] some = [.. known.Order(StringComparer.Ordinal).Take(10)];
        string there = some.Length == 0 ? "there is none" : $"there are {string.Join(", ", some)}";
        return $"there is no {what} '{name}', neither in the file nor in the region; "
            + (known.Count > some.Length ? $"{there}, …" : there);
    }
}
