using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Api.TargetGroups;
using Hyperplane.Controller.Contracts.Listeners;

namespace Hyperplane.Api.Listeners;

/// <summary>A target group that a listener is to forward to.</summary>
internal sealed record WeightedGroup : IRequestBody
{
    [Pattern("^[A-Za-z0-9_-]{1,64}$", "Must be the id of a target group."), Example("tg-0c6c4f7e"),
     Description("The id of a target group of the same tenant; this or, when creating, `targetGroup`.")]
    public string? TargetGroupId { get; init; }

    [Description("A target group to create with the listener. A change names groups that are there.")]
    public CreateTargetGroup? TargetGroup { get; init; }

    [Between(0, 999), Example(1), Description("Its share of new flows, 1 by default; 0 gives it none.")]
    public int? Weight { get; init; }

    /// <summary>Adds what is wrong with any of a list.</summary>
    public static void Check(List<WeightedGroup>? groups, bool mayCreate, Findings findings)
    {
        for (int i = 0; i < groups?.Count; i++)
            groups[i]?.Check(mayCreate, findings.Under($"/targetGroups/{i}"));
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public TargetGroupShare ToShare() => new(TargetGroupId ?? "", Weight ?? 1);

    private void Check(bool mayCreate, Findings findings)
    {
        TargetGroup?.Check(findings.Under("/targetGroup"));
        if (TargetGroup is not null && !mayCreate)
            findings.Invalid("/targetGroup", "A change names target groups that are there; create it first.");
        else if (TargetGroupId is null && TargetGroup is null)
            findings.Add("/targetGroupId", ProblemCodes.MissingMember, "Must be there, or targetGroup.");
        else if (TargetGroupId is not null && TargetGroup is not null)
            findings.Invalid("/targetGroup", "Must be absent when targetGroupId is there.");
    }
}
