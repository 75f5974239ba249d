using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Failover;

/// <summary>wrk on the client, one connection a request, as fast as it goes: what new connections notice of a
/// fault.</summary>
internal sealed class WrkLoad : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Region _region;
    private readonly Process _wrk;

    private WrkLoad(Region region, Process wrk) => (_region, _wrk) = (region, wrk);

    /// <summary>Starts it; it ends by itself after two minutes.</summary>
    public static WrkLoad Start(FailoverCell cell, int connections) => new(cell.Region, cell.Region.Start(
        "client", "wrk", "-t1", $"-c{connections}", "-d120s", "-H", "Connection: close", $"http://{cell.Vip}/"));

    /// <summary>Ends it and reads what it saw.</summary>
    public WrkReport Finish()
    {
        _region.Exec("client", "kill", "-INT", $"{_wrk.Id}");
        (int exitCode, string output, string error) = Command.Finish(_wrk, Patience);
        return exitCode == 0
            ? WrkReport.Read(output)
            : throw new InvalidOperationException($"wrk: exit {exitCode}: {error}{output}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _wrk.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _wrk.Dispose();
    }
}
