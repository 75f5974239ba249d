using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Bench.NewFlows;

/// <summary>What a TCP connection costs the machine in the middle, over veth: through a VIP of ours, through HAProxy
/// and nftables DNAT on the router.</summary>
/// <remarks>One client, three HTTP targets, one request a connection. A run through something is paired with one
/// straight to a target right before; the cost is the difference of the machine's busy time a connection (all cores,
/// softirq included), the median over the pairs.</remarks>
internal static class ConnectionCost
{
    /// <summary>Targets of the group.</summary>
    public const int Targets = 3;

    private const int Pairs = 7;
    private const int SecondsPerRun = 1;
    private const string Direct = "http://10.30.0.101:8080/";

    /// <summary>Costs by way, connections a second by way, errors of sockets, and what was missing.</summary>
    public sealed record Outcome(
        IReadOnlyDictionary<string, double> Micros, IReadOnlyDictionary<string, double> PerSecond, int Errors,
        IReadOnlyList<string> Missing);

    /// <summary>Runs a region of its own.</summary>
    public static async Task<Outcome> MeasureAsync()
    {
        Console.WriteLine("starting a region");
        using Region region = Region.Up("lab-bench");
        IReadOnlyList<string> missing = Baselines.Missing(Baselines.Haproxy, Baselines.Nftables);
        var ways = new List<(string Name, string Url)> { ("hyperplane", $"http://{MakeBalancer(region)}/") };
        ReuseClosedPorts(region);
        Process? haproxy = null;
        if (File.Exists(Baselines.Haproxy))
        {
            haproxy = await Haproxy(region);
            ways.Add(("haproxy", "http://10.20.1.1:9000/"));
        }
        if (File.Exists(Baselines.Nftables))
        {
            DestinationNat(region);
            ways.Add(("nftables", "http://10.20.1.1:9001/"));
        }

        var costs = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        var rates = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        rates["direct"] = [];
        int errors = 0;
        for (int pair = 1; pair <= Pairs; pair++)
        {
            foreach ((string name, string url) in ways)
            {
                (double direct, double directRate, int directBad) = Load(region, Direct);
                (double through, double rate, int bad) = Load(region, url);
                costs[name].Add(through - direct);
                rates[name].Add(rate);
                rates["direct"].Add(directRate);
                errors += bad + directBad;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"pair {pair} {name,-10} {rate,8:F0} connections/s, {through,6:F0} us of CPU each, "
                    + $"{direct,4:F0} without; {bad + directBad} errors"));
            }
        }

        if (haproxy is not null)
            await EndAsync(haproxy);
        return new Outcome(Medians(costs), Medians(rates), errors, missing);
    }

    private static Dictionary<string, double> Medians(Dictionary<string, List<double>> samples) =>
        samples.ToDictionary(pair => pair.Key, pair => Percentiles.At(pair.Value, 0.5), StringComparer.Ordinal);

    private static string MakeBalancer(Region region)
    {
        JsonElement balancer = region.LbctlJson("create-nlb", "bench", "--zones", "a");
        region.Lbctl(
            "target-group", "create", "bench", "--protocol", "TCP", "--port", "8080",
            "--health-interval", "5", "--health-timeout", "2");
        region.Lbctl("target", "register", "bench", "10.30.0.101", "10.30.0.102", "10.30.0.103", "--no-wait");
        region.Lbctl(
            "listener", "create", "--nlb", "bench", "--protocol", "TCP", "--port", "80", "--target-group", "bench");
        return balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
    }

    /// <summary>Without this the client runs out of ports in the second round and measures its own search for
    /// one.</summary>
    private static void ReuseClosedPorts(Region region)
    {
        foreach (string host in new[] { "client", "router-a" })
            region.Exec(
                host, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535");
    }

    /// <summary>Microseconds of the machine's time a connection, connections a second, errors.</summary>
    private static (double Micros, double PerSecond, int Errors) Load(Region region, string url)
    {
        double busy = MachineTime.BusySeconds();
        WrkReport report = WrkReport.Read(region.Exec(
            "client", "wrk", "-t1", "-c32", $"-d{SecondsPerRun}s", "-H", "Connection: close", url));
        double micros = (MachineTime.BusySeconds() - busy) / Math.Max(1, report.Requests) * 1e6;
        return (micros, report.PerSecond, report.Errors);
    }

    private static void DestinationNat(Region region)
    {
        string file = Path.Combine(region.Folder, "state/conf/dnat.nft");
        File.WriteAllText(file, """
            table ip bench {
              chain prerouting {
                type nat hook prerouting priority dstnat;
                ip daddr 10.20.1.1 tcp dport 9001 dnat to numgen inc mod 3 map {
                  0 : 10.30.0.101 . 8080, 1 : 10.30.0.102 . 8080, 2 : 10.30.0.103 . 8080 }
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                tcp dport 8080 ip saddr 10.20.1.2 ct status dnat masquerade
              }
            }

            """);
        region.Exec("router-a", "nft", "-f", file);
    }

    private static async Task<Process> Haproxy(Region region)
    {
        string file = Path.Combine(region.Folder, "state/conf/haproxy-bench.cfg");
        await File.WriteAllTextAsync(file, """
            global
              maxconn 4000
            defaults
              mode tcp
              timeout connect 2s
              timeout client 10s
              timeout server 10s
            listen web
              bind 10.20.1.1:9000
              server t1 10.30.0.101:8080
              server t2 10.30.0.102:8080
              server t3 10.30.0.103:8080

            """);
        Process process = region.Start("router-a", "haproxy", "-f", file);
        await Region.Until("HAProxy answers", () =>
            region.TryExec("client", "curl", "-s", "--max-time", "1", "http://10.20.1.1:9000/").ExitCode == 0);
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
