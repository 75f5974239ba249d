using Hyperplane.Controller.CellControl;
using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller;

/// <summary>
/// Adds what serves the agents: beside <see cref="ControllerRegistration"/>, in the process with the controller's role.
/// </summary>
public static class CellControlRegistration
{
    private const int MaxReportBytes = 8 * 1024 * 1024;

    /// <summary>
    /// The reconciler, the agents' service and the janitor. Throws <see cref="ArgumentException"/> on a bad option.
    /// </summary>
    public static IServiceCollection AddHyperplaneCellControl(
        this IServiceCollection services, CellControlOptions options)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddSingleton<SnapshotMaker>();
        services.AddSingleton<SnapshotCatalog>();
        services.AddSingleton<KeptVipStore>();
        services.AddSingleton<FallenStore>();
        services.AddSingleton<ProvenSnapshots>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<RolloutStore>();
        services.AddSingleton<RolloutDriver>();
        services.AddSingleton<ReportInbox>();
        services.AddSingleton<ReportWriter>();
        services.AddSingleton<Janitor>();
        services.AddSingleton<CellKey>();
        services.AddSingleton<CellControlService>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddHostedService(provider => provider.GetRequiredService<RolloutDriver>());
        services.AddHostedService(provider => provider.GetRequiredService<ReportWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<Janitor>());
        return services;
    }

    /// <summary>Serves the agents on whatever the application listens to; HTTP/2 is needed.</summary>
    public static IEndpointConventionBuilder MapCellControl(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapRpcService(
            endpoints.ServiceProvider.GetRequiredService<CellControlService>().BindService(),
            new RpcServiceOptions { MaxReceiveMessageSize = MaxReportBytes });
}
