using System.Globalization;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Trees;

/// <summary>A load balancer with what is under it, as the API shows it: each target group once.</summary>
internal sealed record Tree(
    string Id,
    string Name,
    Standing Standing,
    IReadOnlyList<ListenerBranch> Listeners,
    IReadOnlyList<TargetGroupBranch> TargetGroups)
{
    /// <summary>All of it; a group stands below each listener that uses it.</summary>
    public static void Describe(Tree tree, Details details) => details
        .Add("Name", tree.Name)
        .Add("Id", tree.Id)
        .Add("Tree", TreeLine.Columns, tree.Lines());

    /// <summary>Its lines, for people.</summary>
    public IReadOnlyList<TreeLine> Lines() =>
        [new(0, $"nlb {Name}", Standing), .. Listeners.SelectMany(Of)];

    private IEnumerable<TreeLine> Of(ListenerBranch listener) =>
    [
        new(1, string.Create(CultureInfo.InvariantCulture, $"{listener.Protocol}:{listener.Port}"), listener.Standing),
        .. from share in listener.TargetGroups
           join branch in TargetGroups on share.TargetGroupId equals branch.Id
           from line in Of(branch, share.Weight)
           select line,
    ];

    private static IEnumerable<TreeLine> Of(TargetGroupBranch group, int weight) =>
    [
        new(2, string.Create(CultureInfo.InvariantCulture, $"{group.Name}={weight}"), group.Standing),
        .. group.Targets.Select(target => new TreeLine(
            3, Target.Endpoint(target.Address, target.Port), new Standing(target.Provisioning, target.State),
            target.Reason)),
    ];
}
