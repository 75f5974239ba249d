using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What went out of a cell's memory and what came for it: all that two versions may differ in.</summary>
/// <param name="frameBefore">The version before without VIPs and target groups; null when it is not known.</param>
/// <param name="vipsBefore">The VIPs that went.</param>
/// <param name="groupsBefore">The target groups that went.</param>
/// <param name="compiled">What came.</param>
internal sealed class TakenPieces(
    Snapshot? frameBefore, VipPiece[] vipsBefore, GroupPiece[] groupsBefore, CompiledCell compiled)
{
    /// <summary>The version before; null when it is not known.</summary>
    public ulong? Version => frameBefore?.Version;

    /// <summary>What is new; only when the version before is known.</summary>
    /// <param name="frame">The new version without VIPs and target groups.</param>
    public SnapshotDiff Compare(Snapshot frame)
    {
        (VipPiece[] vipsGone, VipPiece[] vips) = Different(vipsBefore, compiled.Vips, vip => vip.Id, vip => vip.Data);
        (GroupPiece[] groupsGone, GroupPiece[] groups) =
            Different(groupsBefore, compiled.Groups, group => group.Id, group => group.Data);
        return SnapshotDiff.Of(
            new CompiledCell(frameBefore!, vipsGone, groupsGone).ToSnapshot(),
            new CompiledCell(frame, vips, groups).ToSnapshot());
    }

    /// <summary>Those without the ones that are alike.</summary>
    private static (T[] Before, T[] After) Different<T>(
        T[] before, T[] after, Func<T, uint> id, Func<T, byte[]> data)
    {
        Dictionary<uint, byte[]> old = before.ToDictionary(id, data);
        HashSet<uint> alike =
        [
            .. after.Where(piece => old.TryGetValue(id(piece), out byte[]? bytes)
                && bytes.AsSpan().SequenceEqual(data(piece))).Select(id),
        ];
        return (
            [.. before.Where(piece => !alike.Contains(id(piece)))],
            [.. after.Where(piece => !alike.Contains(id(piece)))]);
    }
}
