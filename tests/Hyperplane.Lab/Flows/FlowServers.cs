using System.Diagnostics;
using System.Globalization;

namespace Hyperplane.Lab.Flows;

/// <summary>The verifying echo servers, TCP and UDP on one port of each target host.</summary>
public sealed class FlowServers : IDisposable
{
    /// <summary>Where they listen.</summary>
    public const int Port = 9000;

    private readonly List<Process> _servers = [];

    private FlowServers()
    {
    }

    /// <summary>Starts one on each of the lab's targets and waits until all listen.</summary>
    public static async Task<FlowServers> Start(Region region, params string[] hosts)
    {
        var servers = new FlowServers();
        try
        {
            foreach (string host in hosts)
            {
                servers._servers.Add(region.Start(
                    host, [.. FlowClient.Program, "server", Port.ToString(CultureInfo.InvariantCulture)]));
            }

            foreach (Process server in servers._servers)
            {
                if (await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) != "ready")
                    throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
            }
        }
        catch
        {
            servers.Dispose();
            throw;
        }

        return servers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Process server in _servers)
            Command.Finish(server, TimeSpan.FromSeconds(5));
        _servers.Clear();
    }
}
