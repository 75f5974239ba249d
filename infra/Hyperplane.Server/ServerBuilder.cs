using Hyperplane.Controller;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hyperplane.Server;

/// <summary>What both roles' applications begin with.</summary>
internal static class ServerBuilder
{
    /// <summary>So long a stopping process waits for the requests that it still answers.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A web application that takes nothing from its surroundings but <paramref name="settings"/>.</summary>
    public static WebApplicationBuilder Create(ServerSettings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "hyperplane-server",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopTimeout);
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(o =>
        {
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Hyperplane", settings.LogLevel);
        return builder;
    }

    /// <summary>What the controller's code needs to know.</summary>
    public static ControllerOptions Controller(ServerSettings settings)
    {
        var options = new ControllerOptions
        {
            ConnectionString = settings.ConnectionString,
            OperatorKey = settings.OperatorKey,
        };
        return settings.AddressQuarantine is { } quarantine ? options with { AddressQuarantine = quarantine } : options;
    }
}
