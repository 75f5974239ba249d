using System.ComponentModel;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>The body that changes a target group; what is left out stays.</summary>
internal sealed record ChangeTargetGroup : IRequestBody
{
    [Between(0, 3600), Example(300),
     Description("So long the established flows of a target go on that is deregistered from now on.")]
    public int? DeregistrationDelaySeconds { get; init; }

    [Description("Those to set; the others stay, but for those of a forwarding mode that is left.")]
    public Dictionary<string, string>? Attributes { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (DeregistrationDelaySeconds is null && Attributes is null)
            findings.Invalid("", "Must have deregistrationDelaySeconds, attributes or both.");
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public TargetGroupChange ToChange() => new(DeregistrationDelaySeconds, Attributes ?? []);
}
