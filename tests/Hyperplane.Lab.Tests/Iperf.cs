using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>iperf3 between the lab's client and its targets: a control connection and the measured flow, of TCP or
/// UDP, to one port and one target.</summary>
internal sealed class Iperf : IDisposable
{
    public const int Port = 5201;

    private readonly List<Process> _servers = [];

    /// <summary>Starts a server on each of the hosts and waits until all listen.</summary>
    public Iperf(Region region, params string[] hosts)
    {
        foreach (string host in hosts)
            _servers.Add(region.Start(host, "iperf3", "-s", "-p", Text(Port), "--forceflush"));
        foreach (Process server in _servers)
        {
            // A line of dashes, then that it listens.
            server.StandardOutput.ReadLine();
            Assert.Contains("listening", server.StandardOutput.ReadLine(), StringComparison.Ordinal);
            _ = server.StandardOutput.ReadToEndAsync();
        }
    }

    /// <summary>Sends so many bytes through a VIP; how many left and how many arrived until the sender ended.</summary>
    /// <param name="region">The lab.</param>
    /// <param name="vip">An address.</param>
    /// <param name="bytes">At least; iperf3 sends whole blocks.</param>
    /// <param name="options">-R from the target to the client, -u datagrams, …</param>
    public static (long Sent, long Arrived) Run(Region region, string vip, long bytes, params string[] options)
    {
        (int exitCode, string output, string error) = region.TryExec(
            "client", ["iperf3", "-c", vip, "-p", Text(Port), "-n", Text(bytes), "-J", .. options]);
        Assert.True(exitCode == 0, $"iperf3 {vip} {string.Join(' ', options)}: {error}{output}");
        using JsonDocument report = JsonDocument.Parse(output);
        JsonElement end = report.RootElement.GetProperty("end");
        if (!options.Contains("-u"))
            return (Bytes(end, "sum_sent"), Bytes(end, "sum_received"));
        JsonElement sum = end.GetProperty("sum");
        long packets = sum.GetProperty("packets").GetInt64();
        long lost = sum.GetProperty("lost_packets").GetInt64();
        return (Bytes(end, "sum"), Bytes(end, "sum") / packets * (packets - lost));
    }

    public void Dispose()
    {
        foreach (Process server in _servers)
        {
            using (server)
            {
                server.Kill(entireProcessTree: true);
                server.WaitForExit();
            }
        }
    }

    private static long Bytes(JsonElement end, string sum) => end.GetProperty(sum).GetProperty("bytes").GetInt64();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
