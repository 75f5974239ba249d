using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.TargetGroups;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>What a tenant has, by name; what is being deleted is not among it.</summary>
internal sealed record Existing(
    IReadOnlyList<Resource<ElasticIp>> ElasticIps,
    IReadOnlyList<Resource<TargetGroup>> TargetGroups,
    IReadOnlyList<Resource<LoadBalancer>> LoadBalancers)
{
    /// <summary>Asks the API.</summary>
    public static async Task<Existing> ReadAsync(Session session)
    {
        IReadOnlyList<Resource<ElasticIp>> addresses = await session.Catalogue.ListAsync(
            ElasticIp.Kind, ApiPath.Of("elastic-ips"), session.Deadline);
        IReadOnlyList<Resource<TargetGroup>> groups = await session.Catalogue.ListAsync(
            TargetGroup.Kind, ApiPath.Of("target-groups"), session.Deadline);
        IReadOnlyList<Resource<LoadBalancer>> loadBalancers = await session.Catalogue.ListAsync(
            LoadBalancer.Kind, LoadBalancerCommands.Path, session.Deadline);
        return new Existing(
            addresses,
            [.. groups.Where(static one => one.Value.Status?.Provisioning != "deleting")],
            [.. loadBalancers.Where(static one => one.Value.Status.Provisioning != "deleting")]);
    }

    /// <summary>Their ids.</summary>
    public KnownIds Ids()
    {
        var ids = new KnownIds();
        foreach (Resource<ElasticIp> one in ElasticIps)
        {
            ids.ElasticIps[one.Value.Id] = one.Value.Id;
            if (one.Value.Name is { } name)
                ids.ElasticIps[name] = one.Value.Id;
        }

        foreach (Resource<TargetGroup> one in TargetGroups)
            ids.TargetGroups[one.Value.Name] = one.Value.Id;
        foreach (Resource<LoadBalancer> one in LoadBalancers)
            ids.LoadBalancers[one.Value.Name] = one.Value.Id;
        return ids;
    }
}
