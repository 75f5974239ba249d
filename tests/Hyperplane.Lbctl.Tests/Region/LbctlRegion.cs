using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lab.Control;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Region;

/// <summary>A whole region over PostgreSQL with a simulated node in each of its zones.</summary>
public sealed class LbctlRegion : IAsyncLifetime
{
    private static readonly string[] Zones = ["a", "b"];
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<IDisposable> _kept = [];
    private HttpClient? _http;
    private ControlFolder? _folder;
    private Task _agents = Task.CompletedTask;
    private int _tenants;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!PostgresCluster.Met)
            return;
        PostgresCluster cluster = Keep(PostgresCluster.Create());
        string connection = cluster.CreateDatabase();
        _folder = Keep(new ControlFolder(connection));
        Keep(await ServerProcess.StartAsync("controller", _folder.Environment));
        Keep(await ServerProcess.StartAsync("api", _folder.Environment));
        _http = Keep(new HttpClient { BaseAddress = new Uri(_folder.ApiUrl) });
        AgentDoor door = Keep(AgentDoor.Open(cluster, connection, _folder));
        var agents = new List<SimulatedAgent>();
        foreach ((int index, string zone) in Zones.Index())
        {
            await OperatorAsync("PUT", $"/v1/zones/{zone}", $$"""
                {"vipPool":"198.18.{{index * 16}}.0/24","snatPool":"198.19.{{index * 16}}.0/24",
                 "probePool":"198.19.{{(index * 16) + 1}}.0/24","ipv6VipPool":"fd00:{{index}}::/112",
                 "ipv6SnatPool":"fd01:{{index}}::/112","ipv6ProbePool":"fd02:{{index}}::/112"}
                """);
            await OperatorAsync("PUT", $"/v1/cells/{zone}1", $$"""{"zone":"{{zone}}"}""");
            await OperatorAsync(
                "PUT", $"/v1/cells/{zone}1/nodes/n1",
                $$"""{"address":"10.{{index}}.0.11","ipv6Address":"fd03:{{index}}::11"}""");
            await OperatorAsync(
                "PUT", $"/v1/address-pools/public-{zone}",
                $$"""{"zone":"{{zone}}","prefix":"203.0.{{112 + index}}.0/24","kind":"elastic"}""");
            await OperatorAsync(
                "PUT", $"/v1/address-pools/public6-{zone}",
                $$"""{"zone":"{{zone}}","prefix":"fd04:{{index}}::/120","kind":"elastic"}""");
            agents.Add(new SimulatedAgent(door.Connect($"{zone}1", "n1"), $"{zone}1", "n1"));
        }

        _agents = Task.WhenAll(agents.Select(agent => agent.RunAsync(_cancel.Token)));
    }

    /// <summary>A new tenant, in whose name commands run; the test is skipped where there can be no region.</summary>
    internal async Task<RegionTenant> TenantAsync(string? quotas = null)
    {
        Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
        int number = Interlocked.Increment(ref _tenants);
        JsonElement tenant = await OperatorAsync("POST", "/v1/tenants", $$"""{"name":"tenant-{{number}}"}""");
        string id = tenant.GetProperty("id").GetString()!;
        if (quotas is not null)
            await OperatorAsync("PATCH", $"/v1/tenants/{id}/quotas", quotas);
        return new RegionTenant(
            _folder!.ApiUrl, await KeyAsync(id, "admin"), await KeyAsync(id, "reader"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await _agents;
        foreach (IDisposable one in Enumerable.Reverse(_kept))
            one.Dispose();
        _cancel.Dispose();
    }

    private async Task<string> KeyAsync(string tenant, string role) => (await OperatorAsync(
        "POST", $"/v1/tenants/{tenant}/api-keys", $$"""{"name":"{{role}}","role":"{{role}}"}"""))
        .GetProperty("secret").GetString()!;

    private async Task<JsonElement> OperatorAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _folder!.OperatorKey);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http!.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private T Keep<T>(T one)
        where T : IDisposable
    {
        _kept.Add(one);
        return one;
    }
}
