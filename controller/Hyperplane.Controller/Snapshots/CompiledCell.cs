using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A cell's snapshot in pieces, without versions.</summary>
/// <param name="Frame">Everything but VIPs and target groups.</param>
/// <param name="Vips">In order of their numbers.</param>
/// <param name="Groups">In order of their numbers.</param>
internal sealed record CompiledCell(Snapshot Frame, VipPiece[] Vips, GroupPiece[] Groups)
{
    /// <summary>A message taken to pieces; its VIPs and target groups are taken out of it.</summary>
    public static CompiledCell Of(Snapshot snapshot)
    {
        VipPiece[] vips = [.. snapshot.Vips.Select(Piece)];
        GroupPiece[] groups =
            [.. snapshot.TargetGroups.Select(group => new GroupPiece(group.Id, group.Name, group.ToByteArray()))];
        snapshot.Vips.Clear();
        snapshot.TargetGroups.Clear();
        return new CompiledCell(snapshot, vips, groups);
    }

    /// <summary>The piece that a VIP is.</summary>
    public static VipPiece Piece(Vip vip) => new(vip.Id, vip.LoadBalancer, GroupsOf(vip), vip.ToByteArray());

    /// <summary>The message.</summary>
    public Snapshot ToSnapshot()
    {
        Snapshot snapshot = Frame.Clone();
        snapshot.Vips.AddRange(Vips.Select(vip => Vip.Parser.ParseFrom(vip.Data)));
        snapshot.TargetGroups.AddRange(Groups.Select(group => TargetGroup.Parser.ParseFrom(group.Data)));
        return snapshot;
    }

    private static uint[] GroupsOf(Vip vip) => vip.Listeners switch
    {
        // Nearly all are like this one.
        [{ Groups: [] } listener] => [listener.TargetGroup],
        _ => [.. vip.Listeners.SelectMany(KeptVips.GroupsOf).Distinct()],
    };
}
