namespace Hyperplane.Controller.Contracts.Quotas;

/// <summary>How many of something a tenant may have.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Value">As many.</param>
/// <param name="Default">Unless the operator says otherwise.</param>
/// <param name="Used">How many there are; of what is limited for each owner, of the one that has most.</param>
public sealed record Quota(QuotaName Name, int Value, int Default, int Used)
{
    /// <summary>The largest value that the operator may give.</summary>
    public static int LargestOf(QuotaName name) => name switch
    {
        QuotaName.ListenersPerLoadBalancer => 1_000,
        QuotaName.TargetsPerTargetGroup => 10_000,
        _ => 100_000,
    };

    /// <summary>The value of a tenant for whom nothing was said.</summary>
    public static int DefaultOf(QuotaName name) => name switch
    {
        QuotaName.LoadBalancers => 50,
        QuotaName.ListenersPerLoadBalancer => 50,
        QuotaName.TargetGroups => 3_000,
        QuotaName.TargetsPerTargetGroup => 1_000,
        QuotaName.TargetsPerLoadBalancer => 3_000,
        QuotaName.ElasticIps => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such quota"),
    };
}
