using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Api.Targets;

/// <summary>The body that registers targets.</summary>
internal sealed record RegisterTargets : IRequestBody
{
    /// <summary>So many at once.</summary>
    public const int Limit = 1000;

    [Required, ItemCount(1, Limit, TooFew = ProblemCodes.NoTargets, TooMany = ProblemCodes.TooManyTargets),
     Description("All are registered or none.")]
    public List<RegisterTarget>? Targets { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings) => Check(Targets, findings);

    /// <summary>Adds what is wrong with a list of targets as such.</summary>
    public static void Check(List<RegisterTarget>? targets, Findings findings)
    {
        var seen = new HashSet<(string, int?)>();
        for (int i = 0; i < targets?.Count; i++)
        {
            if (targets[i] is { Address: { } address } target && !seen.Add((address, target.Port)))
                findings.Invalid($"/targets/{i}", "An address with its port may be there only once.");
        }
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public IReadOnlyList<TargetConfig> ToConfigs() =>
        [.. Targets!.Select(t => new TargetConfig(t.Address!, t.Port, t.Weight ?? 1) { Zone = t.Zone })];
}
