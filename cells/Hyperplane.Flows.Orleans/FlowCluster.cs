using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Hyperplane.Flows.Orleans;

/// <summary>How the silos of a cell's cluster are set up.</summary>
/// <remarks>Membership: probes every second, two missed ones in the eyes of two silos evict one, so a killed one's
/// replicas are made anew within about two seconds; a stricter rule makes silos of a busy machine evict each other, and
/// nobody waits for this one: twins are used on the nodes' own deadline. One cluster a cell, in the cell's own rows of
/// the membership tables. The grain directory is the distributed one: with the other, a silo's death also ends the
/// grains of living silos whose directory entries it kept, and so both replicas of some shards at once.</remarks>
public static class FlowCluster
{
    private const string Service = "hyperplane-flows";
    private const string Invariant = "Npgsql";

    /// <summary>A silo that holds flow replicas; its addresses are the caller's to set.</summary>
    public static ISiloBuilder UseFlowCluster(this ISiloBuilder silo, FlowClusterOptions options)
    {
        silo.UseAdoNetClustering(ado => (ado.Invariant, ado.ConnectionString) = (Invariant, options.Database));
        silo.Configure<ClusterOptions>(cluster =>
            (cluster.ClusterId, cluster.ServiceId) = (options.Cell, Service));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 2;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
            membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = options.CallTimeout);
        silo.Configure<ConnectionOptions>(connection =>
        {
            connection.OpenConnectionTimeout = TimeSpan.FromSeconds(1);
            connection.ConnectionRetryDelay = TimeSpan.FromMilliseconds(100);
        });
#pragma warning disable ORLEANSEXP003 // Marked as an experiment by Orleans; without it replicas are lost, see above.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.ConfigureServices(services =>
        {
            services.AddSingleton(TimeProvider.System);
            services.AddSingleton<GrainCalls>();
            services.AddPlacementDirector<FlowReplicaPlacement, FlowReplicaDirector>();
        });
        return silo;
    }
}
