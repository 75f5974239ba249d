using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>
/// The controller's role in a real web server on a unix socket, beside a region that plays the API process.
/// </summary>
public sealed class ControlHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel _channel;
    private readonly string _folder;

    private ControlHost(WebApplication app, string folder, string socket)
    {
        _app = app;
        _folder = folder;
        _channel = Channel.ForAddress("unix:" + socket, new ChannelOptions { MaxReceiveMessageSize = 8 * 1024 * 1024 });
        Client = new CellControlClient(_channel);
    }

    public CellControlClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ControlHost> StartAsync(
        Region region,
        Func<CellControlOptions, CellControlOptions>? change = null,
        Func<ControllerOptions, ControllerOptions>? store = null)
    {
        string folder = Directory.CreateTempSubdirectory("hpctl-").FullName;
        string socket = Path.Combine(folder, "rpc");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenRpcUnixSocket(socket));
        var options = new ControllerOptions { ConnectionString = region.ConnectionString };
        var control = new CellControlOptions { CellKey = Region.CellKey };
        builder.Services.AddSingleton<TimeProvider>(region.Time);
        builder.Services.AddHyperplaneController(store?.Invoke(options) ?? options);
        builder.Services.AddHyperplaneCellControl(change?.Invoke(control) ?? control);
        WebApplication app = builder.Build();
        app.MapCellControl();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ControlHost(app, folder, socket);
    }

    public TestAgent Agent(string cell, string node) => new(Client, cell, node);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
