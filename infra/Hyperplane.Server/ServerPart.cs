using Hyperplane.Controller;
using Microsoft.AspNetCore.Builder;

namespace Hyperplane.Server;

/// <summary>
/// One role as a web application of its own, so that what listens for tenants knows nothing of agents.
/// </summary>
/// <param name="Name">In the ready line.</param>
/// <param name="App">The application.</param>
/// <param name="SocketPath">The unix socket that it listens on; null for TCP.</param>
internal sealed record ServerPart(string Name, WebApplication App, string? SocketPath = null) : IAsyncDisposable
{
    /// <summary>Its owner and group may connect; a certificate is asked for all the same.</summary>
    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Where it listens, once started; the port that the system chose when 0 was asked for.</summary>
    public string Address => App.Urls.First().Replace("https://unix:", "unix:", StringComparison.Ordinal);

    /// <summary>Brings the database to this program's shape, then listens.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await App.Services.MigrateHyperplaneAsync(cancel);
        await App.StartAsync(cancel);
        if (SocketPath is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(SocketPath, SocketMode);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => App.DisposeAsync();
}
