using System.Net;
using Hyperplane.Api;
using Hyperplane.Controller;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Hyperplane.Server;

/// <summary>The REST API over the controller's contracts.</summary>
internal static class ApiPart
{
    private const int MaxConnections = 10_000;

    /// <summary>Builds it; it listens once started.</summary>
    public static ServerPart Build(ServerSettings settings)
    {
        Uri url = settings.ApiUrl ?? throw new ArgumentException("has no URL for the API", nameof(settings));
        WebApplicationBuilder builder = ServerBuilder.Create(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(IPAddress.Parse(url.Host.Trim('[', ']')), url.Port);
        });
        builder.Services.AddHyperplaneController(ServerBuilder.Controller(settings));
        builder.Services.AddHyperplaneApi();
        WebApplication app = builder.Build();
        app.MapHyperplaneApi();
        return new ServerPart("api", app);
    }
}
