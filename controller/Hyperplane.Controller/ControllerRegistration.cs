using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Events;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.Requests;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Contracts.Stats;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Contracts.Trees;
using Hyperplane.Controller.ElasticIps;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Listeners;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Placement;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Requests;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Stats;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Targets;
using Hyperplane.Controller.Tenants;
using Hyperplane.Controller.Trees;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hyperplane.Controller;

/// <summary>Adds the controller's parts to a host.</summary>
public static class ControllerRegistration
{
    /// <summary>
    /// The contracts over PostgreSQL: what an API process needs. Throws <see cref="ArgumentException"/> when an option
    /// is out of range.
    /// </summary>
    public static IServiceCollection AddHyperplaneController(
        this IServiceCollection services, ControllerOptions options)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Database>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<WarmUp>();
        services.AddSingleton<KeyCache>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<NodeViews>();
        services.AddSingleton<WorkerLock>();
        services.AddSingleton<Notifications>();
        services.AddHostedService(provider => provider.GetRequiredService<Notifications>());
        services.AddSingleton<IDatabaseWatch>(provider => provider.GetRequiredService<Notifications>());
        services.AddSingleton<IStats, StatsReader>();
        services.AddSingleton<ITraffic, TrafficReader>();
        services.AddSingleton<IPlacement, PlacementReader>();
        services.AddSingleton<ITrees, TreeReader>();
        services.AddSingleton<IEvents, EventStore>();
        services.AddSingleton<IRequestMemory, RequestStore>();
        services.AddScoped<ChangeScope>();
        services.AddScoped<Session>();
        services.AddScoped<IQuotas, QuotaStore>();
        services.AddScoped<ITenants, TenantStore>();
        services.AddScoped<ICells, CellStore>();
        services.AddScoped<IAddressPools, AddressPoolStore>();
        services.AddScoped<IElasticIps, ElasticIpStore>();
        services.AddScoped<ISnapshots, SnapshotStore>();
        services.AddScoped<INodeCredentials, NodeCredentialStore>();
        services.AddScoped<ILoadBalancers, LoadBalancerStore>();
        services.AddScoped<IZonalShifts, ZonalShiftStore>();
        services.AddScoped<IListeners, ListenerStore>();
        services.AddScoped<ITargetGroups, TargetGroupStore>();
        services.AddScoped<ITargets, TargetStore>();
        services.AddScoped<INewTrees, NewTreeStore>();
        return services;
    }

    /// <summary>
    /// Brings the database to this program's shape and compiles the usual queries; call it before the host starts.
    /// Safe in any number of processes at once.
    /// </summary>
    public static async Task MigrateHyperplaneAsync(this IServiceProvider services, CancellationToken cancel = default)
    {
        await services.GetRequiredService<Migrator>().MigrateAsync(cancel);
        await services.GetRequiredService<WarmUp>().RunAsync(cancel);
    }
}
