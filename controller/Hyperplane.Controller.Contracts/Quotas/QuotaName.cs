namespace Hyperplane.Controller.Contracts.Quotas;

/// <summary>What of a tenant's is limited in number.</summary>
public enum QuotaName
{
    /// <summary>Load balancers; 50 by default, as AWS's.</summary>
    LoadBalancers,

    /// <summary>Listeners of one load balancer; 50 by default, as AWS's.</summary>
    ListenersPerLoadBalancer,

    /// <summary>Target groups; 3,000 by default, as AWS's.</summary>
    TargetGroups,

    /// <summary>Targets of one group; 1,000 by default, as AWS's.</summary>
    TargetsPerTargetGroup,

    /// <summary>Targets of all groups of one load balancer, a target of two groups counted twice; 3,000 by default, as
    /// AWS's.</summary>
    TargetsPerLoadBalancer,

    /// <summary>Elastic IPs; 5 by default, as AWS's.</summary>
    ElasticIps,
}
