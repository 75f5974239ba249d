using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Api.Quotas;

/// <summary>The names of quotas on the wire.</summary>
internal static class QuotaNames
{
    /// <summary>As the API writes it.</summary>
    public static string Of(QuotaName name) => name switch
    {
        QuotaName.LoadBalancers => "load_balancers",
        QuotaName.ListenersPerLoadBalancer => "listeners_per_load_balancer",
        QuotaName.TargetGroups => "target_groups",
        QuotaName.TargetsPerTargetGroup => "targets_per_target_group",
        QuotaName.TargetsPerLoadBalancer => "targets_per_load_balancer",
        QuotaName.ElasticIps => "elastic_ips",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no name on the wire"),
    };
}
