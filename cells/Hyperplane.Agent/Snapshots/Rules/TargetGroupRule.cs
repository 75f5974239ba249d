using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>Every target can be reached and checked.</summary>
internal static class TargetGroupRule
{
    private const uint LongestEndingMs = 360_000_000;

    /// <summary>Judges all target groups; learns their ids.</summary>
    public static void Check(SnapshotFacts facts)
    {
        (Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.TargetGroups.Count > SnapshotLimits.TargetGroups)
        {
            findings.Add($"{snapshot.TargetGroups.Count} target groups, more than {SnapshotLimits.TargetGroups}");
            return;
        }

        foreach (TargetGroup group in snapshot.TargetGroups)
        {
            string who = $"target group {group.Id}";
            if (group.Id == 0 || !facts.GroupIds.Add(group.Id))
                findings.Add($"{who} {(group.Id == 0 ? "is not allowed" : "appears twice")}");
            if (group.Name.Length is 0 or > SnapshotLimits.NameLength)
                findings.Add(
                    $"{who}: the name has {group.Name.Length} characters, not 1 to {SnapshotLimits.NameLength}");
            if (HealthCheckRule.Find(group.HealthCheck) is { } wrong)
                findings.Add($"{who}: {wrong}");
            CheckSettings(findings, who, group);
            CheckTargets(findings, who, group);
        }
    }

    /// <summary>Judges how many targets this node would check; shards and VIPs must be sound.</summary>
    public static void CheckServed(SnapshotFacts facts)
    {
        HashSet<uint> served = [.. facts.Snapshot.Vips.Where(v => facts.Serves(v.Shard)).SelectMany(v => v.Listeners)
            .SelectMany(l => l.GroupIds())];
        List<TargetGroup> groups = [.. facts.Snapshot.TargetGroups.Where(g => served.Contains(g.Id))];
        int targets = groups.Sum(g => g.Targets.Count);
        if (targets > SnapshotLimits.CheckedTargets)
            facts.Findings.Add($"this node would check {targets} targets, more than {SnapshotLimits.CheckedTargets}");
        if (groups.Count > DataplaneLimits.TargetGroups)
            facts.Findings.Add(
                $"this node would serve {groups.Count} target groups, more than {DataplaneLimits.TargetGroups}");
    }

    private static void CheckSettings(Findings findings, string who, TargetGroup group)
    {
        if (!Enum.IsDefined((TargetSelection)group.Selection))
            findings.Add($"{who} chooses targets in way {(int)group.Selection}, which this node does not know");
        if (group.UnhealthyFlows is { EndAfterMs: > LongestEndingMs } flows)
            findings.Add($"{who} ends flows after {flows.EndAfterMs} ms, more than {LongestEndingMs}");
        if (group.MinHealthyCount > DataplaneLimits.TargetsPerGroup)
            findings.Add(
                $"{who} wants {group.MinHealthyCount} healthy targets, more than {DataplaneLimits.TargetsPerGroup}");
        if (group.MinHealthyPercent > 100)
            findings.Add($"{who} wants {group.MinHealthyPercent} % of its targets healthy, more than 100");
        if (group.Tunnel is null)
            return;
        if (!Enum.IsDefined((TunnelKind)group.Tunnel.Kind))
            findings.Add($"{who} has a tunnel of kind {(int)group.Tunnel.Kind}, which this node does not know");
        if (group.Tunnel.Port > ushort.MaxValue)
            findings.Add($"{who} has a tunnel to port {group.Tunnel.Port}, not 0 to 65535");
    }

    private static void CheckTargets(Findings findings, string who, TargetGroup group)
    {
        if (group.Targets.Count > DataplaneLimits.TargetsPerGroup)
        {
            findings.Add($"{who} has {group.Targets.Count} targets, more than {DataplaneLimits.TargetsPerGroup}");
            return;
        }

        var ids = new HashSet<uint>();
        foreach (Target target in group.Targets)
        {
            if (target.Id == 0 || !ids.Add(target.Id))
                findings.Add($"{who}: target id {target.Id} {(target.Id == 0 ? "is not allowed" : "appears twice")}");
            if (!WireAddress.TryRead(target.Address, out UInt128 address))
                findings.Add($"{who}: target {target.Id} has an address of {target.Address.Length} bytes, not 4 or 16");
            else if (!WireAddress.IsUnicast(address))
                findings.Add($"{who}: target {target.Id}: {WireAddress.Text(address)} is no unicast address");
            if (target.Port is 0 or > ushort.MaxValue)
                findings.Add($"{who}: target {target.Id} has port {target.Port}, not 1 to 65535");
            if (target.Weight > 999)
                findings.Add($"{who}: target {target.Id} has weight {target.Weight}, not 0 to 999");
        }
    }
}
