using Hyperplane.Server;

namespace Hyperplane.Api.Tests.Server;

/// <summary>The whole server in this process: real settings, real files, real PostgreSQL, a loopback port.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly KeyFolder _keys = new();
    private Task<int>? _run;

    private RunningServer()
    {
    }

    /// <summary>The operator's key that the server was given.</summary>
    public const string OperatorKey = "operator-key-for-the-tests";

    /// <summary>What seals the region's authority.</summary>
    public const string AuthorityKey = "authority-key-for-the-tests";

    /// <summary>What the server says on standard output.</summary>
    public LineWriter Output { get; } = new();

    /// <summary>What is wrong, and the log.</summary>
    public LineWriter Error { get; } = new();

    /// <summary>Where it keeps its keys and its socket.</summary>
    public string Folder => _keys.Path;

    /// <summary>Starts a server and gives it with the addresses of its ready lines, one for each part.</summary>
    public static async Task<(RunningServer Server, string[] Addresses)> StartAsync(
        string database, string role, int parts, params (string Name, string Value)[] variables)
    {
        var server = new RunningServer();
        server._run = server.RunAsync(database, role, variables);
        var addresses = new string[parts];
        for (int i = 0; i < parts; i++)
        {
            Task<string> line = server.Output.NextAsync();
            if (await Task.WhenAny(line, server._run) == server._run)
            {
                await server.DisposeAsync();
                Assert.Fail(string.Join('\n', server.Error.Rest()));
            }

            addresses[i] = (await line).Split(' ')[2];
        }

        return (server, addresses);
    }

    /// <summary>Stops it as SIGTERM does and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _run!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _keys.Dispose();
    }

    private Task<int> RunAsync(string database, string role, (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>
        {
            ["HYPERPLANE_DB"] = database,
            ["HYPERPLANE_API_URL"] = "http://127.0.0.1:0",
            ["HYPERPLANE_CONTROL_LISTEN"] = $"unix:{Folder}/control.sock",
            ["HYPERPLANE_OPERATOR_KEY_FILE"] = _keys.Write("operator.key", OperatorKey + "\n"),
            ["HYPERPLANE_CA_KEY_FILE"] = _keys.Write("ca.key", AuthorityKey),
            ["HYPERPLANE_LOG"] = "Error",
        };
        foreach ((string name, string value) in variables)
            environment[name] = value;
        return ServerRun.RunAsync(["--role", role], environment.GetValueOrDefault, Output, Error, _stop.Token);
    }
}
