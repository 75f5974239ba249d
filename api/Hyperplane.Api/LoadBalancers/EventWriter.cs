using System.Globalization;
using System.Text.Json;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>Writes load balancers as server-sent events (WHATWG HTML section 9.2).</summary>
internal sealed class EventWriter(HttpContext http)
{
    public const string ContentType = "text/event-stream";

    private readonly JsonSerializerOptions _json =
        http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

    /// <summary>Sends the headers, and when to come back after a break.</summary>
    public Task BeginAsync(CancellationToken cancel)
    {
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync("retry: 1000\n\n", cancel);
    }

    /// <summary>Sends an event whose id is the generation; JSON has no line breaks, so its data is one line.</summary>
    public async Task SendAsync(string name, LoadBalancer loadBalancer, CancellationToken cancel)
    {
        string data = JsonSerializer.Serialize(LoadBalancerView.From(loadBalancer), _json);
        string id = loadBalancer.Generation.ToString(CultureInfo.InvariantCulture);
        await WriteAsync($"event: {name}\nid: {id}\ndata: {data}\n\n", cancel);
    }

    /// <summary>Says that all there is has been told once.</summary>
    public Task SyncedAsync(CancellationToken cancel) => WriteAsync("event: synced\ndata: {}\n\n", cancel);

    /// <summary>Says that nothing follows, and why.</summary>
    public Task CutAsync(string reason, CancellationToken cancel) =>
        WriteAsync($"event: cut\ndata: {{\"reason\":\"{reason}\"}}\n\n", cancel);

    /// <summary>Sends a comment, which says nothing.</summary>
    public Task KeepAliveAsync(CancellationToken cancel) => WriteAsync(": keep-alive\n\n", cancel);

    private async Task WriteAsync(string text, CancellationToken cancel)
    {
        await http.Response.WriteAsync(text, cancel);
        await http.Response.Body.FlushAsync(cancel);
    }
}
