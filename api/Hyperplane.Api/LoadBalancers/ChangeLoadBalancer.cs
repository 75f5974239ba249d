using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.Requests;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>The merge patch of a load balancer: what is left out stays.</summary>
internal sealed record ChangeLoadBalancer : IPatchBody
{
    [Description("Those to set, or with null those to get their default; the others stay.")]
    public StringPatch? Attributes { get; init; }

    [Description("Those to set, or with null those to remove; the others stay.")]
    public StringPatch? Tags { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Check(Findings findings) => Resources.Tags.Check(Tags, findings);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public LoadBalancerChange ToChange() => new() { Attributes = Attributes, Tags = Tags };
}
