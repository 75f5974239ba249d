using Hyperplane.Api.Requests;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.Listeners;

/// <summary>The body that asks for a listener.</summary>
internal sealed record CreateListener : ListenerBody
{
    /// <inheritdoc/>
    public override void Check(Findings findings)
    {
        base.Check(findings);
        WeightedGroup.Check(TargetGroups, mayCreate: true, findings);
    }

    /// <summary>Whether it brings target groups that are to be created.</summary>
    public bool BringsGroups() => TargetGroups?.Exists(group => group.TargetGroup is not null) == true;

    /// <summary>The same with its new groups in the controller's words; only after nothing wrong was found.</summary>
    public NewListener ToNew() =>
        new(ToConfig(), TargetGroups is null ? [null] : [.. TargetGroups.Select(group => group.TargetGroup?.ToNew())]);
}
