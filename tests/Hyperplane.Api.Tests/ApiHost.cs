using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hyperplane.Api.Tests.Memory;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Api.Tests;

/// <summary>The API on a loopback port over an in-memory controller.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Store = app.Services.GetRequiredService<MemoryStore>();
    }

    public HttpClient Client { get; }

    public MemoryStore Store { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ApiHost> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHyperplaneApi();
        builder.Services.AddSingleton<MemoryStore>();
        builder.Services.AddSingleton<ITenants, MemoryTenants>();
        builder.Services.AddSingleton<ILoadBalancers, MemoryLoadBalancers>();
        builder.Services.AddSingleton<IListeners, MemoryListeners>();
        builder.Services.AddSingleton<ITargetGroups, MemoryTargetGroups>();
        builder.Services.AddSingleton<ITargets, MemoryTargets>();
        builder.Services.AddSingleton<ICells, MemoryCells>();
        WebApplication app = builder.Build();
        app.MapHyperplaneApi();
        await app.StartAsync();
        return new ApiHost(app);
    }

    public T Fake<T, TInterface>()
        where T : TInterface
        where TInterface : notnull => (T)_app.Services.GetRequiredService<TInterface>();

    /// <summary>Sends a body as JSON with a key; null sends none.</summary>
    public Task<Answer> SendAsync(string method, string path, string? body = null, string? key = "shop-key") =>
        SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), key);

    public async Task<Answer> SendAsync(
        string method, string path, byte[]? body, string? key, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await Client.SendAsync(request);
        byte[] text = await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(
                h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
