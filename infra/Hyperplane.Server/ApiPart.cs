using System.Net;
using Hyperplane.Api;
using Hyperplane.Controller;
using Hyperplane.Rpc;
using Hyperplane.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Server;

/// <summary>The REST API over the controller's contracts.</summary>
internal static class ApiPart
{
    private const int MaxConnections = 10_000;

    /// <summary>Builds it; it listens once started.</summary>
    public static ServerPart Build(ServerSettings settings)
    {
        ApiSettings api = settings.Api ?? throw new ArgumentException("has no URL for the API", nameof(settings));
        WebApplicationBuilder builder = ServerBuilder.Create(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(IPAddress.Parse(api.Url.Host.Trim('[', ']')), api.Url.Port, listen =>
            {
                if (api.Certificate is not null)
                    listen.UseTls(
                        () => listen.ApplicationServices.GetRequiredService<ApiCertificate>().Context,
                        askClient: false);
            });
        });
        if (api.Certificate is { } files)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.Services.AddSingleton(files);
            builder.Services.AddSingleton<ApiCertificate>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<ApiCertificate>());
        }

        builder.Services.AddHyperplaneController(ServerBuilder.Controller(settings));
        builder.Services.AddHyperplaneApi(api.Options);
        WebApplication app = builder.Build();
        app.MapHyperplaneApi();
        return new ServerPart("api", app);
    }
}
