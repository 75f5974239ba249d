using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.Requests;
using Hyperplane.Controller.Contracts.ElasticIps;

namespace Hyperplane.Api.ElasticIps;

/// <summary>The merge patch of an elastic IP: what is left out stays.</summary>
internal sealed record ChangeElasticIp : IPatchBody
{
    [Description("Those to set, or with null those to remove; the others stay.")]
    public StringPatch? Tags { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Check(Findings findings) => Resources.Tags.Check(Tags, findings);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ElasticIpChange ToChange() => new() { Tags = Tags };
}
