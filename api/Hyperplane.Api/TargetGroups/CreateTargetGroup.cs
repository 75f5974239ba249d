using System.ComponentModel;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Api.Targets;
using Hyperplane.Controller.Contracts.Trees;

namespace Hyperplane.Api.TargetGroups;

/// <summary>The body that asks for a target group.</summary>
internal sealed record CreateTargetGroup : TargetGroupBody
{
    [ItemCount(0, RegisterTargets.Limit, TooMany = ProblemCodes.TooManyTargets),
     Description("Registered with it, all or nothing.")]
    public List<RegisterTarget>? Targets { get; init; }

    /// <inheritdoc/>
    public override void Check(Findings findings)
    {
        RegisterTargets.Check(Targets, findings);
        base.Check(findings);
    }

    /// <summary>The same with its targets in the controller's words; only after nothing wrong was found.</summary>
    public NewTargetGroup ToNew() => new(ToConfig(), new RegisterTargets { Targets = Targets ?? [] }.ToConfigs());
}
