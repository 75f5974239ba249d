using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What went out of a cell's memory and what came for it: all that two versions may differ in.</summary>
/// <param name="frameBefore">The version before without VIPs and target groups; null when it is not known.</param>
/// <param name="vipsBefore">The VIPs that went, as bytes.</param>
/// <param name="groupsBefore">The target groups that went, as bytes.</param>
/// <param name="vips">Those that came.</param>
/// <param name="groups">Those that came.</param>
internal sealed class TakenPieces(
    Snapshot? frameBefore, byte[][] vipsBefore, byte[][] groupsBefore, Vip[] vips, TargetGroup[] groups)
{
    /// <summary>The version before; null when it is not known.</summary>
    public ulong? Version => frameBefore?.Version;

    /// <summary>What is new; only when the version before is known.</summary>
    /// <param name="frame">The new version without VIPs and target groups.</param>
    public SnapshotDiff Compare(Snapshot frame)
    {
        Snapshot before = frameBefore!.Clone();
        before.Vips.AddRange(vipsBefore.Select(Vip.Parser.ParseFrom));
        before.TargetGroups.AddRange(groupsBefore.Select(TargetGroup.Parser.ParseFrom));
        Snapshot after = frame.Clone();
        after.Vips.AddRange(vips);
        after.TargetGroups.AddRange(groups);
        return SnapshotDiff.Of(before, after);
    }
}
