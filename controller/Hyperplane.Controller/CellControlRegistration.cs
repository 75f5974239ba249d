using Hyperplane.Controller.CellControl;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller;

/// <summary>
/// Adds what serves the agents: beside <see cref="ControllerRegistration"/>, in the process with the controller's role.
/// </summary>
public static class CellControlRegistration
{
    private const int MaxReportBytes = 8 * 1024 * 1024;
    private const int MaxEnrolmentBytes = 8 * 1024;

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
        services.AddSingleton<AuthorityKeeper>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<NodeDoor>();
        services.AddSingleton<NodeIdentityService>();
        services.AddSingleton<CellControlService>();
        services.AddHostedService(provider => provider.GetRequiredService<AuthorityKeeper>());
        services.AddHostedService(provider => provider.GetRequiredService<Revocations>());
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddHostedService(provider => provider.GetRequiredService<RolloutDriver>());
        services.AddHostedService(provider => provider.GetRequiredService<ReportWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<Janitor>());
        return services;
    }

    /// <summary>TLS by a certificate of the region's authority, whose nodes show theirs.</summary>
    public static ListenOptions UseCellControlTls(this ListenOptions listen) => listen.UseTls(
        listen.ApplicationServices.GetRequiredService<AuthorityKeeper>().ControllerCertificate, askClient: true);

    /// <summary>Serves the agents on whatever the application listens to; HTTP/2 over
    /// <see cref="UseCellControlTls"/> is needed.</summary>
    public static void MapCellControl(this IEndpointRouteBuilder endpoints)
    {
        NodeDoor door = endpoints.ServiceProvider.GetRequiredService<NodeDoor>();
        endpoints.MapRpcService(
            endpoints.ServiceProvider.GetRequiredService<CellControlService>().BindService(),
            new RpcServiceOptions
            {
                MaxReceiveMessageSize = MaxReportBytes,
                // A stranger's report is not even read.
                Admit = context => door.Check(context),
            });
        endpoints.MapRpcService(
            endpoints.ServiceProvider.GetRequiredService<NodeIdentityService>().BindService(),
            new RpcServiceOptions { MaxReceiveMessageSize = MaxEnrolmentBytes });
    }
}
