using Hyperplane.Lab;
using Hyperplane.Lab.Control;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>An API, three controllers and PostgreSQL as processes that can be killed, and two zones of simulated
/// agents.</summary>
internal sealed class CrashRegion : IAsyncDisposable
{
    private const int Controllers = 3;
    private static readonly TimeSpan QueryTime = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _end = new();
    private readonly PostgresCluster _cluster = PostgresCluster.Create(crashSafe: true);
    private readonly string _database;
    private readonly ControlFolder _folder;
    private readonly KilledProcess[] _servers;
    private AgentDoor? _door;
    private Task _agents = Task.CompletedTask;

    public CrashRegion()
    {
        _database = _cluster.CreateDatabase();
        _folder = new ControlFolder(_database);
        _servers =
        [
            new KilledProcess("api", Environment(_folder.Environment)),
            .. Enumerable.Range(0, Controllers).Select(
                number => new KilledProcess("controller", Environment(_folder.EnvironmentOf(number)))),
        ];
    }

    /// <summary>What can be killed; the last one is PostgreSQL.</summary>
    public static string[] Victims { get; } =
        ["the API", .. Enumerable.Range(0, Controllers).Select(number => $"controller {number}"), "PostgreSQL"];

    /// <summary>Requests that the API could not explain, with what was thrown.</summary>
    public IReadOnlyList<string> Failures => _servers[0].Failures;

    /// <summary>What the agents get.</summary>
    public SnapshotWitness Witness { get; } = new();

    /// <summary>The agents.</summary>
    public IReadOnlyList<SimulatedAgent> Agents { get; private set; } = [];

    /// <summary>Where the API is.</summary>
    public string ApiUrl => _folder.ApiUrl;

    /// <summary>The operator's key.</summary>
    public string OperatorKey => _folder.OperatorKey;

    /// <summary>Starts it all and declares two zones of a cell of two nodes each.</summary>
    public async Task StartAsync()
    {
        foreach (KilledProcess server in _servers)
            await server.StartAsync();
        using var client = new ApiClient(ApiUrl);
        var agents = new List<SimulatedAgent>();
        _door = AgentDoor.Open(_cluster, _database, _folder, Controllers);
        for (int zone = 0; zone < 2; zone++)
        {
            string name = "ab"[zone].ToString();
            await PutAsync(
                client,
                $"/v1/zones/{name}",
                $$"""
                {"vipPool":"198.18.{{zone * 16}}.0/20","snatPool":"198.19.{{zone * 16}}.0/24",
                 "probePool":"198.19.{{(zone * 16) + 1}}.0/24"}
                """);
            await PutAsync(client, $"/v1/cells/{name}1", $$"""{"zone":"{{name}}"}""");
            for (int node = 1; node <= 2; node++)
            {
                string agent = $"{name}1-{node}";
                await PutAsync(
                    client, $"/v1/cells/{name}1/nodes/{agent}", $$"""{"address":"10.{{zone}}.0.1{{node}}"}""");
                agents.Add(new SimulatedAgent(
                    _door.Connect($"{name}1", agent), $"{name}1", agent,
                    (got, hash) => Witness.Take(agent, got, hash)));
            }
        }

        Agents = agents;
        _agents = Task.WhenAll(agents.Select(agent => agent.RunAsync(_end.Token)));
    }

    /// <summary>Kills one of <see cref="Victims"/>.</summary>
    public void Kill(int victim)
    {
        if (victim == _servers.Length)
            _cluster.Kill();
        else
            _servers[victim].Kill();
    }

    /// <summary>Starts it again.</summary>
    public Task ReviveAsync(int victim) =>
        victim == _servers.Length ? Task.Run(_cluster.Start) : _servers[victim].StartAsync();

    /// <summary>Lines of a query.</summary>
    public string[] Query(string sql) =>
        _cluster.Query(_database, sql, QueryTime).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _agents;
        _door?.Dispose();
        foreach (KilledProcess server in _servers)
            server.Dispose();
        _folder.Dispose();
        _cluster.Dispose();
        _end.Dispose();
    }

    private async Task PutAsync(ApiClient client, string path, string body)
    {
        Answer answer = await client.SendAsync("PUT", path, body, OperatorKey);
        Assert.True(answer.Status == 201, answer.Body.GetRawText());
    }

    // Addresses come back at once, so that they are given again.
    private static Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> environment) =>
        new(environment, StringComparer.Ordinal) { ["HYPERPLANE_ADDRESS_QUARANTINE_SECONDS"] = "1" };
}
