namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>The snapshot is for this cell and not older than what the node already accepted.</summary>
internal static class HeaderRule
{
    /// <summary>Judges cell, zone and version.</summary>
    public static void Check(SnapshotFacts facts, ulong? announcedVersion)
    {
        (Cells.Contracts.Snapshot snapshot, Findings findings) = (facts.Snapshot, facts.Findings);
        if (snapshot.Version == 0)
            findings.Add("version 0");
        else if (snapshot.Version < facts.Context.HighestVersion)
            findings.Add(
                $"version {snapshot.Version} is older than {facts.Context.HighestVersion},"
                + " which this node accepted before");
        if (announcedVersion is { } announced && announced != snapshot.Version)
            findings.Add($"version {snapshot.Version} came as version {announced}");
        if (!string.Equals(snapshot.Cell, facts.Context.Cell, StringComparison.Ordinal))
            findings.Add($"it is for cell {Quoted.Text(snapshot.Cell)}, not {Quoted.Text(facts.Context.Cell)}");
        if (snapshot.Zone.Length is 0 or > SnapshotLimits.NameLength)
            findings.Add(
                $"the zone's name has {snapshot.Zone.Length} characters, not 1 to {SnapshotLimits.NameLength}");
    }
}
