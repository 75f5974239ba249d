using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Api.TargetGroups;

/// <summary>The merge patch of a target group: what is left out stays, null is the default.</summary>
internal sealed record ChangeTargetGroup : IPatchBody
{
    [Between(0, 3600), Example(300),
     Description("So long the established flows of a target go on that is deregistered from now on.")]
    public int? DeregistrationDelaySeconds { get; init; }

    [Description("How targets are checked from now on; their states begin with what they are.")]
    public ChangeHealthCheck? HealthCheck { get; init; }

    [Description("Those to set, or with null those to get their default; the others stay, but for those of a "
        + "forwarding mode that is left.")]
    public StringPatch? Attributes { get; init; }

    [Description("Those to set, or with null those to remove; the others stay.")]
    public StringPatch? Tags { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Check(Findings findings) => Resources.Tags.Check(Tags, findings);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public TargetGroupChange ToChange() => new(
        DeregistrationDelaySeconds
            ?? (Cleared.Contains("deregistrationDelaySeconds")
                ? CreateTargetGroup.UsualDeregistrationDelaySeconds
                : null),
        Attributes ?? [])
    {
        HealthCheck = HealthCheck?.ToChange(),
        Tags = Tags,
    };
}
