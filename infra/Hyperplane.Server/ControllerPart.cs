using Hyperplane.Controller;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Hyperplane.Server;

/// <summary>The controller's door to the agents.</summary>
internal static class ControllerPart
{
    private const int MaxConnections = 10_000;

    /// <summary>Builds it; it listens once started.</summary>
    public static ServerPart Build(ServerSettings settings)
    {
        if (settings is not { ControlListen: { } address, AuthorityKey: { } key })
            throw new ArgumentException("has no address for agents or no authority key", nameof(settings));

        WebApplicationBuilder builder = ServerBuilder.Create(settings);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            if (address.SocketPath is { } path)
                kestrel.ListenRpcUnixSocket(path, listen => listen.UseCellControlTls());
            else
                kestrel.ListenRpc(address.EndPoint!, listen => listen.UseCellControlTls());
        });
        builder.Services.AddHyperplaneController(ServerBuilder.Controller(settings));
        builder.Services.AddHyperplaneCellControl(new CellControlOptions { AuthorityKey = key });
        WebApplication app = builder.Build();
        app.MapCellControl();
        return new ServerPart("controller", app, address.SocketPath);
    }
}
