using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Api.Quotas;

/// <summary>The merge patch of a tenant's quotas: what is left out stays, null is the default.</summary>
internal sealed record ChangeQuotas : IPatchBody
{
    [JsonPropertyName("load_balancers"), Between(0, 100_000), Example(50), Description("50 by default.")]
    public int? LoadBalancers { get; init; }

    [JsonPropertyName("listeners_per_load_balancer"), Between(0, 1_000), Example(50), Description("50 by default.")]
    public int? ListenersPerLoadBalancer { get; init; }

    [JsonPropertyName("target_groups"), Between(0, 100_000), Example(3_000), Description("3,000 by default.")]
    public int? TargetGroups { get; init; }

    [JsonPropertyName("targets_per_target_group"), Between(0, 10_000), Example(1_000),
     Description("1,000 by default.")]
    public int? TargetsPerTargetGroup { get; init; }

    [JsonPropertyName("targets_per_load_balancer"), Between(0, 100_000), Example(3_000),
     Description("Of all its groups, a target of two groups counted twice; 3,000 by default.")]
    public int? TargetsPerLoadBalancer { get; init; }

    [JsonPropertyName("elastic_ips"), Between(0, 100_000), Example(5), Description("5 by default.")]
    public int? ElasticIps { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public Dictionary<QuotaName, int?> ToChange()
    {
        var change = new Dictionary<QuotaName, int?>();
        foreach ((QuotaName name, int? value) in new[]
        {
            (QuotaName.LoadBalancers, LoadBalancers),
            (QuotaName.ListenersPerLoadBalancer, ListenersPerLoadBalancer),
            (QuotaName.TargetGroups, TargetGroups),
            (QuotaName.TargetsPerTargetGroup, TargetsPerTargetGroup),
            (QuotaName.TargetsPerLoadBalancer, TargetsPerLoadBalancer),
            (QuotaName.ElasticIps, ElasticIps),
        })
        {
            if (value is not null || Cleared.Contains(QuotaNames.Of(name)))
                change[name] = value;
        }

        return change;
    }
}
