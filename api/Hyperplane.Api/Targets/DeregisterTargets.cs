using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Targets;

/// <summary>The body that deregisters targets.</summary>
internal sealed record DeregisterTargets : IRequestBody
{
    [Required,
     ItemCount(1, RegisterTargets.Limit, TooFew = ProblemCodes.NoTargets, TooMany = ProblemCodes.TooManyTargets),
     Description("Those that are not registered are no error.")]
    public List<DeregisterTarget>? Targets { get; init; }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public IReadOnlyList<TargetKey> ToKeys() =>
        [.. Targets!.Select(t => new TargetKey(t.Address!, t.Port)).Distinct()];
}
