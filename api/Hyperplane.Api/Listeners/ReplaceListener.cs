using Hyperplane.Api.Requests;

namespace Hyperplane.Api.Listeners;

/// <summary>The body that says anew what a listener shall be: what is left out gets its default.</summary>
internal sealed record ReplaceListener : ListenerBody
{
    /// <inheritdoc/>
    public override void Check(Findings findings)
    {
        base.Check(findings);
        WeightedGroup.Check(TargetGroups, mayCreate: false, findings);
    }
}
