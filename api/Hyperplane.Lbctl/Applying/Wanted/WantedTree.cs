namespace Hyperplane.Lbctl.Applying.Wanted;

/// <summary>What a file describes.</summary>
internal sealed record WantedTree(
    IReadOnlyList<WantedElasticIp> ElasticIps,
    IReadOnlyList<WantedTargetGroup> TargetGroups,
    IReadOnlyList<WantedLoadBalancer> LoadBalancers)
{
    /// <summary>The member with elastic IPs.</summary>
    public const string ElasticIpsName = "elasticIps";

    /// <summary>The member with target groups.</summary>
    public const string TargetGroupsName = "targetGroups";

    /// <summary>The member with load balancers.</summary>
    public const string LoadBalancersName = "loadBalancers";
}
