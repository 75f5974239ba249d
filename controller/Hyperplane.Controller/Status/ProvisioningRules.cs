using System.Globalization;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Status;

/// <summary>
/// From what nodes report to what a tenant reads: is the newest desired state in force, and where not.
/// </summary>
/// <remarks>
/// Live nodes are asked; a zone whose nodes are all silent is judged by their last reports, so that a stopped
/// controller turns nothing to pending. Active: in every zone one node of the shard runs a version that has the
/// generation, and announces the prefix. Converged: all nodes that are asked run it. Failed: in some zone every node
/// that is asked refused it. What a zonal shift withdraws must be announced by none. A resource in no zone is in force.
/// </remarks>
internal static class ProvisioningRules
{
    /// <summary>The status of a resource.</summary>
    public static ResourceStatus Judge(
        long generation, bool deleting, IReadOnlyList<ZoneFacts> zones, OperatingStatus operating)
    {
        var conditions = new List<Condition>();
        (long observed, bool announced, bool converged, bool failed) = (generation, true, true, false);
        foreach (ZoneFacts zone in zones)
        {
            ZoneVerdict verdict = Judge(generation, zone, conditions);
            observed = Math.Min(observed, verdict.Observed);
            announced &= verdict.Announced;
            converged &= verdict.Converged;
            failed |= verdict.Failed;
        }

        ProvisioningStatus provisioning = deleting ? ProvisioningStatus.Deleting : ProvisioningStatus.Pending;
        if (!deleting && observed >= generation && announced)
            provisioning = ProvisioningStatus.Active;
        else if (!deleting && failed)
            provisioning = ProvisioningStatus.Failed;
        return new ResourceStatus(provisioning, operating, observed, converged, conditions);
    }

    private static ZoneVerdict Judge(long generation, ZoneFacts zone, List<Condition> conditions)
    {
        IReadOnlyList<NodeFacts> asked = [.. zone.Nodes.Where(node => node.Live)];
        if (asked.Count == 0)
            asked = [.. zone.Nodes.Where(node => node.Report is not null)];
        HashSet<int> shard = [.. zone.ShardNodeIds];
        long running = asked.Where(node => shard.Contains(node.Id)).Select(node => node.Report!.RunningVersion)
            .DefaultIfEmpty().Max();
        long observed = zone.Compiled.Where(row => row.Version <= running).Select(row => row.Generation)
            .DefaultIfEmpty().Max();
        long? needed = zone.Compiled.Where(row => row.Generation >= generation).Select(row => (long?)row.Version).Min();
        bool applied = needed <= running;
        bool Announces(string prefix) => asked.Any(
            node => shard.Contains(node.Id)
                && needed <= node.Report!.RunningVersion
                && node.Report.Announced.Contains(prefix));
        int refusals = needed is null ? 0 : asked.Count(node => Refused(node, needed.Value));
        conditions.Add(Applied(zone, needed, running, applied));
        bool announced = true;
        foreach (string prefix in zone.Prefixes)
        {
            bool isOut = Announces(prefix);
            announced &= isOut;
            conditions.Add(new Condition(
                "PrefixAnnounced",
                isOut,
                zone.Zone,
                null,
                isOut ? "Announced" : "NotAnnounced",
                isOut ? $"{prefix} is announced." : $"No node that runs it has announced {prefix} to a router yet."));
        }

        foreach (string prefix in zone.Withdrawn)
        {
            bool isOut = applied && !asked.Any(
                node => shard.Contains(node.Id) && node.Report!.Announced.Contains(prefix));
            announced &= isOut;
            conditions.Add(new Condition(
                "PrefixWithdrawn",
                isOut,
                zone.Zone,
                null,
                isOut ? "Withdrawn" : "StillAnnounced",
                isOut ? $"No node announces {prefix} any more." : $"{prefix} is still announced."));
        }

        if (zone.IsShifted)
            conditions.Add(Shifted(zone));
        bool converged =
            needed is not null && asked.Count > 0 && asked.All(node => needed <= node.Report!.RunningVersion);
        AddHeld(zone, converged, conditions);
        AddNodes(zone, asked, needed, conditions);
        return new ZoneVerdict(
            observed,
            announced,
            converged,
            Failed: !applied && refusals > 0 && refusals == asked.Count);
    }

    private static Condition Applied(ZoneFacts zone, long? needed, long running, bool applied)
    {
        (string reason, string message) = (needed, applied) switch
        {
            (_, true) => ("Running", string.Create(CultureInfo.InvariantCulture, $"Version {needed} or later runs.")),
            _ when zone.Nodes.Count == 0 => ("NoNodes", "The cell has no node yet."),
            (null, _) when zone.PinnedVersion is not null => (
                "Pinned", "An operator keeps the cell on an older version."),
            (null, _) => ("NotCompiled", "The controller has not compiled it yet."),
            _ => ("Waiting", string.Create(
                CultureInfo.InvariantCulture, $"Version {needed} is wanted; {running} is the newest that runs.")),
        };
        return new Condition("SnapshotApplied", applied, zone.Zone, null, reason, message);
    }

    private static Condition Shifted(ZoneFacts zone) => zone.Prefixes.Count == 0
        ? new Condition(
            "ZonalShiftActive", true, zone.Zone, null, "AddressWithdrawn",
            "The load balancer is shifted away from the zone: its address there is withdrawn from routers.")
        : new Condition(
            "ZonalShiftActive", true, zone.Zone, null, "AddressServed",
            "The load balancer is shifted away from the zone. Its address there shares a prefix with others and is "
            + "still served: clients must be sent to the other zones' addresses.");

    private static void AddHeld(ZoneFacts zone, bool converged, List<Condition> conditions)
    {
        if (zone.PinnedVersion is { } version)
            conditions.Add(new Condition(
                "SnapshotPinned", true, zone.Zone, null, "Pinned",
                string.Create(
                    CultureInfo.InvariantCulture, $"An operator keeps the cell on version {version}.")));
        if (zone.IsHalted && !converged)
            conditions.Add(new Condition(
                "RolloutHalted", true, zone.Zone, null, "Halted",
                "The roll-out stopped at a node that is not well with it; the operator sees why."));
    }

    private static void AddNodes(
        ZoneFacts zone, IReadOnlyList<NodeFacts> asked, long? needed, List<Condition> conditions)
    {
        foreach (NodeFacts node in zone.Nodes)
        {
            if (!node.Live)
                conditions.Add(new Condition(
                    "NodeSilent",
                    true,
                    zone.Zone,
                    node.Name,
                    node.Report is null ? "NeverReported" : "NoReport",
                    node.Report is null
                        ? "The node has never reported."
                        : string.Create(
                            CultureInfo.InvariantCulture, $"The last report came at {node.Report.ReportedAt:O}.")));
            if (zone.TargetGroup is { } group && node.Report?.UnservedGroups.Contains(group) == true)
                conditions.Add(new Condition(
                    "NotServed",
                    true,
                    zone.Zone,
                    node.Name,
                    "NoIpv6Address",
                    "The node has no IPv6 address to begin tunnels at and sends the group's targets nothing."));
            if (needed is { } version && asked.Contains(node) && Refused(node, version))
                conditions.Add(new Condition(
                    "SnapshotRefused",
                    true,
                    zone.Zone,
                    node.Name,
                    "Refused",
                    string.Create(CultureInfo.InvariantCulture,
                        $"Version {node.Report!.RefusedVersion}: {node.Report.Refusal}")));
        }
    }

    private static bool Refused(NodeFacts node, long needed) =>
        node.Report!.RefusedVersion >= needed && node.Report.RefusedVersion > node.Report.RunningVersion;
}
