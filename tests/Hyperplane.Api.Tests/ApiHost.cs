using Hyperplane.Api.Tests.Memory;
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
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Api.Tests;

/// <summary>The API on a loopback port over an in-memory controller.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ApiClient _client;

    private ApiHost(WebApplication app)
    {
        _app = app;
        _client = new ApiClient(app.Urls.Single());
        Store = app.Services.GetRequiredService<MemoryStore>();
    }

    public HttpClient Client => _client.Http;

    public MemoryStore Store { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ApiHost> StartAsync(ApiOptions? options = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHyperplaneApi(options ?? new ApiOptions { RequestsPerSecond = 0, RefusedPerSecond = 0 });
        builder.Services.AddSingleton<MemoryStore>();
        builder.Services.AddSingleton<ITenants, MemoryTenants>();
        builder.Services.AddSingleton<ILoadBalancers, MemoryLoadBalancers>();
        builder.Services.AddSingleton<IZonalShifts>(
            services => (MemoryLoadBalancers)services.GetRequiredService<ILoadBalancers>());
        builder.Services.AddSingleton<IListeners, MemoryListeners>();
        builder.Services.AddSingleton<ITargetGroups, MemoryTargetGroups>();
        builder.Services.AddSingleton<ITargets, MemoryTargets>();
        builder.Services.AddSingleton<ICells, MemoryCells>();
        builder.Services.AddSingleton<IPlacement, MemoryPlacement>();
        builder.Services.AddSingleton<IAddressPools, MemoryAddressPools>();
        builder.Services.AddSingleton<IElasticIps, MemoryElasticIps>();
        builder.Services.AddSingleton<ISnapshots, MemorySnapshots>();
        builder.Services.AddSingleton<INodeCredentials, MemoryNodeCredentials>();
        builder.Services.AddSingleton<IEvents, MemoryEvents>();
        builder.Services.AddSingleton<IQuotas, MemoryQuotas>();
        builder.Services.AddSingleton<IStats, MemoryStats>();
        builder.Services.AddSingleton<ITraffic, MemoryTraffic>();
        builder.Services.AddSingleton<ITrees, MemoryTrees>();
        builder.Services.AddSingleton<INewTrees, MemoryNewTrees>();
        builder.Services.AddSingleton<IRequestMemory, MemoryRequests>();
        builder.Services.AddScoped<ChangeScope>();
        WebApplication app = builder.Build();
        app.MapHyperplaneApi();
        await app.StartAsync();
        return new ApiHost(app);
    }

    public T Fake<T, TInterface>()
        where T : TInterface
        where TInterface : notnull => (T)_app.Services.GetRequiredService<TInterface>();

    /// <summary>Sends a body as JSON with a key; null sends none.</summary>
    public Task<Answer> SendAsync(
        string method, string path, string? body = null, string? key = "shop-key",
        params (string Name, string Value)[] headers) =>
        _client.SendAsync(method, path, body, key, headers);

    public Task<Answer> SendAsync(
        string method, string path, byte[]? body, string? key, string type = "application/json") =>
        _client.SendAsync(method, path, body, key, type);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
