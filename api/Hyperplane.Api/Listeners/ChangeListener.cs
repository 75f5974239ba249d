using System.ComponentModel;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>The body that changes a listener; what is left out stays.</summary>
internal sealed record ChangeListener : IRequestBody
{
    [ItemCount(1, 5), Description("The target groups that share its new flows by weight from now on.")]
    public List<WeightedGroup>? TargetGroups { get; init; }

    [Between(60, 6000), Example(350), Description("As when it was created; UDP's is always 120.")]
    public int? IdleTimeoutSeconds { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (TargetGroups is null && IdleTimeoutSeconds is null)
            findings.Invalid("", "Must have targetGroups, idleTimeoutSeconds or both.");
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ListenerChange ToChange() => new(TargetGroups?.ConvertAll(group => group.ToShare()), IdleTimeoutSeconds);
}
