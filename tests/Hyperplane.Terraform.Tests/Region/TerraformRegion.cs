using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lab.Control;

[assembly: AssemblyFixture(typeof(Hyperplane.Terraform.Tests.Region.TerraformRegion))]

namespace Hyperplane.Terraform.Tests.Region;

/// <summary>A whole region over PostgreSQL with a simulated node in each of its zones, for all tests.</summary>
public sealed class TerraformRegion : IAsyncLifetime
{
    /// <summary>The node of the last one never reports.</summary>
    private static readonly string[] Zones = ["a", "b", "silent"];
    private readonly string _certificates = Directory.CreateTempSubdirectory("hptf-ca-").FullName;
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<IDisposable> _kept = [];
    private HttpClient? _http;
    private ControlFolder? _folder;
    private Task _agents = Task.CompletedTask;
    private int _tenants;

    /// <summary>Where the API is.</summary>
    public string ApiUrl
    {
        get
        {
            Assert.SkipUnless(PostgresCluster.Met, PostgresCluster.Reason);
            return _folder!.ApiUrl;
        }
    }

    /// <summary>Another API over the same database, which speaks TLS.</summary>
    public string TlsUrl { get; private set; } = "";

    /// <summary>Whom its certificate is from.</summary>
    public string CaFile => Path.Combine(_certificates, "ca.pem");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!PostgresCluster.Met)
            return;
        PostgresCluster cluster = Keep(PostgresCluster.Create());
        string connection = cluster.CreateDatabase();
        _folder = Keep(new ControlFolder(connection));
        var environment = new Dictionary<string, string>(_folder.Environment, StringComparer.Ordinal)
        {
            ["HYPERPLANE_API_REQUESTS_PER_SECOND"] = "0",
            ["HYPERPLANE_API_REFUSED_PER_SECOND"] = "0",
        };
        Keep(await ServerProcess.StartAsync("controller", environment));
        Keep(await ServerProcess.StartAsync("api", environment));
        await StartTlsAsync(environment);
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
                "PUT", $"/v1/address-pools/inside-{zone}",
                $$"""{"zone":"{{zone}}","prefix":"10.20{{index}}.0.0/24","kind":"internal"}""");
            if (zone != "silent")
                agents.Add(new SimulatedAgent(door.Connect($"{zone}1", "n1"), $"{zone}1", "n1"));
        }

        _agents = Task.WhenAll(agents.Select(agent => agent.RunAsync(_cancel.Token)));
    }

    /// <summary>A new tenant; the secret of its key.</summary>
    public async Task<string> TenantAsync()
    {
        int number = Interlocked.Increment(ref _tenants);
        JsonElement tenant = await OperatorAsync("POST", "/v1/tenants", $$"""{"name":"tenant-{{number}}"}""");
        JsonElement key = await OperatorAsync(
            "POST", $"/v1/tenants/{tenant.GetProperty("id").GetString()}/api-keys", """{"name":"terraform"}""");
        return key.GetProperty("secret").GetString()!;
    }

    /// <summary>Sends with a key; what the API answered.</summary>
    public async Task<JsonElement> SendAsync(string key, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http!.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await _agents;
        foreach (IDisposable one in Enumerable.Reverse(_kept))
            one.Dispose();
        _cancel.Dispose();
        Directory.Delete(_certificates, recursive: true);
    }

    private async Task StartTlsAsync(Dictionary<string, string> environment)
    {
        Command.Run(ServerProcess.Program, "ca", "init", "--out", _certificates, "--name", "127.0.0.1");
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        TlsUrl = $"https://{port.LocalEndpoint}";
        port.Stop();
        Keep(await ServerProcess.StartAsync("api", new Dictionary<string, string>(environment, StringComparer.Ordinal)
        {
            ["HYPERPLANE_API_URL"] = TlsUrl,
            ["HYPERPLANE_API_CERT_FILE"] = Path.Combine(_certificates, "api.pem"),
            ["HYPERPLANE_API_KEY_FILE"] = Path.Combine(_certificates, "api.key"),
        }));
    }

    private Task<JsonElement> OperatorAsync(string method, string path, string body)
    {
        _ = ApiUrl;
        return SendAsync(_folder!.OperatorKey, method, path, body);
    }

    private T Keep<T>(T one)
        where T : IDisposable
    {
        _kept.Add(one);
        return one;
    }
}
