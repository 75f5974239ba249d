using Hyperplane.Health;
using Hyperplane.Linux.Files;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Hosting;

/// <summary>How many of the files that the process may have open are for health probes.</summary>
/// <remarks>Each probe is a socket. What is left is for sessions with routers, nodes and the controller, maps, queues
/// and the disk: with none left the node could do nothing else.</remarks>
public static class FileBudget
{
    /// <summary>Open files for all probes and everything else.</summary>
    public const int Needed = 20_000;

    private static readonly int MostProbes = new HealthCheckerOptions().MaxConcurrentProbes;

    /// <summary>Raises the limit when it is too low, and says so when that is not enough.</summary>
    /// <returns>The probes that may run at a time.</returns>
    public static int Take(ILogger log)
    {
        ulong limit;
        try
        {
            limit = OpenFiles.Raise(Needed);
        }
        catch (IOException e)
        {
            limit = OpenFiles.Limits().Soft;
            AgentLog.FilesNotRaised(log, e.Message);
        }

        int probes = ProbesWithin(limit);
        if (limit < Needed)
            AgentLog.FewFiles(log, limit, Needed, probes);
        return probes;
    }

    /// <summary>The probes that may run at a time within a limit of open files.</summary>
    public static int ProbesWithin(ulong limit)
    {
        ulong others = Math.Min(Needed - (ulong)MostProbes, limit / 2);
        return (int)Math.Clamp(limit - others, 1, (ulong)MostProbes);
    }
}
