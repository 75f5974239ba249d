using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Hyperplane.Bench.Control;

/// <summary>The REST API with one key.</summary>
internal sealed class ControlApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _url;

    /// <summary>Connects when it is asked for the first time.</summary>
    public ControlApi(string url, string key)
    {
        _url = url;
        _http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>The same API with another key.</summary>
    public ControlApi With(string key) => new(_url, key);

    /// <summary>Limits a tenant's new flows: what all cells that it is in are read whole for.</summary>
    public Task SetLimitsAsync(string tenant, int newFlowsPerSecond) =>
        SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}/limits", new { newFlowsPerSecond });

    /// <summary>Declares zones, cells and nodes.</summary>
    public async Task DeclareAsync(SyntheticRegion region)
    {
        foreach ((string zone, object body) in region.ZoneBodies)
            await SendAsync(HttpMethod.Put, $"/v1/zones/{zone}", body);
        int number = 0;
        foreach (string cell in region.Cells)
        {
            await SendAsync(HttpMethod.Put, $"/v1/cells/{cell}", new { zone = cell.Split('-')[0] });
            for (int node = 1; node <= SyntheticRegion.NodesPerCell; node++)
                await SendAsync(
                    HttpMethod.Put,
                    $"/v1/cells/{cell}/nodes/{cell}-{node}",
                    new { address = SyntheticRegion.NodeAddress(number, node) });
            number++;
        }
    }

    /// <summary>A tenant's key; the secret.</summary>
    public async Task<string> CreateKeyAsync(string tenant)
    {
        JsonElement key = await SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant}/api-keys", new { name = "bench" });
        return key.GetProperty("secret").GetString()!;
    }

    /// <summary>Gives the first target of a load balancer another weight.</summary>
    public async Task SetWeightAsync(int loadBalancer, int weight)
    {
        string address = SyntheticRegion.TargetAddress(loadBalancer * SyntheticRegion.TargetsPerGroup);
        await SendAsync(
            HttpMethod.Post,
            $"/v1/target-groups/tg-{Hex(loadBalancer)}/targets",
            new { targets = new[] { new { address, weight } } });
    }

    /// <summary>Asks and reads the answer; throws unless it is 2xx.</summary>
    public async Task GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"GET {path}: {(int)response.StatusCode} {text}");
    }

    /// <summary>The digits of the nth synthetic resource's id.</summary>
    public static string Hex(int number) => number.ToString("x17", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
