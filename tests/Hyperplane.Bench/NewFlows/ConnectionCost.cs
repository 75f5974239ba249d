using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Bench.NewFlows;

/// <summary>What a TCP connection costs the machine in the middle, over veth: through a VIP of ours; through HAProxy
/// and nftables DNAT in the same place, a node's, with the same way there and back; and on the router, which spares
/// them that way.</summary>
/// <remarks>One client, three HTTP targets, one request a connection. A run through something is paired with one
/// straight to a target right before; the cost is the difference of the machine's busy time a connection (all cores,
/// softirq included, less what the region uses without any), the median over the pairs.</remarks>
internal static class ConnectionCost
{
    /// <summary>Targets of the group.</summary>
    public const int Targets = 3;

    private const int Pairs = 7;
    private const int SecondsPerRun = 1;
    private const int WarmSeconds = 10;
    private const string Direct = "http://10.30.0.101:8080/";
    private const string Node = "node-a1";
    private const string NodeAddress = "10.10.1.11";
    private const string Router = "router-a";
    private const string RouterAddress = "10.20.1.1";

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
        MakeNodesReachable(region);
        var started = new List<Process>();
        if (File.Exists(Baselines.Haproxy))
        {
            started.Add(await Haproxy(region, Node, NodeAddress));
            started.Add(await Haproxy(region, Router, RouterAddress));
            ways.Add(("haproxy", $"http://{NodeAddress}:9000/"));
            ways.Add(("haproxy_on_router", $"http://{RouterAddress}:9000/"));
        }
        if (File.Exists(Baselines.Nftables))
        {
            DestinationNat(region, Node, NodeAddress);
            ways.Add(("nftables", $"http://{NodeAddress}:9001/"));
        }

        var costs = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        var rates = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        rates["direct"] = [];
        int errors = 0;
        Load(region, ways[0].Url, WarmSeconds); // what is compiled anew by then is not a connection's
        double idle = await IdleAsync();
        for (int pair = 1; pair <= Pairs; pair++)
        {
            foreach ((string name, string url) in ways)
            {
                Run direct = Load(region, Direct, SecondsPerRun);
                Run through = Load(region, url, SecondsPerRun);
                costs[name].Add(through.Micros(idle) - direct.Micros(idle));
                rates[name].Add(through.PerSecond);
                rates["direct"].Add(direct.PerSecond);
                errors += through.Errors + direct.Errors;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"pair {pair} {name,-18} {through.PerSecond,8:F0} connections/s, {through.Micros(idle),6:F0} us of "
                    + $"CPU each, {direct.Micros(idle),4:F0} without; {through.Errors + direct.Errors} errors"));
            }
        }

        foreach (Process process in started)
            await EndAsync(process);
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

    /// <summary>Nobody but routers talks to a node's own address otherwise.</summary>
    private static void MakeNodesReachable(Region region)
    {
        region.Exec("client", "ip", "route", "add", "10.10.1.0/24", "via", RouterAddress);
        for (int target = 1; target <= Targets; target++)
            region.Exec($"target-{target}", "ip", "route", "add", "10.10.1.0/24", "via", "10.30.0.1");
    }

    /// <summary>Without this the client runs out of ports in the second round and measures its own search for
    /// one.</summary>
    private static void ReuseClosedPorts(Region region)
    {
        foreach (string host in new[] { "client", Router, Node })
            region.Exec(
                host, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535");
    }

    private static Run Load(Region region, string url, int seconds)
    {
        double busy = MachineTime.BusySeconds();
        long start = Stopwatch.GetTimestamp();
        WrkReport report = WrkReport.Read(region.Exec(
            "client", "wrk", "-t1", "-c32", $"-d{seconds}s", "-H", "Connection: close", url));
        return new Run(
            MachineTime.BusySeconds() - busy, Stopwatch.GetElapsedTime(start).TotalSeconds, report.Requests,
            report.PerSecond, report.Errors);
    }

    /// <summary>Cores that the region keeps busy while nobody connects.</summary>
    private static async Task<double> IdleAsync()
    {
        double idle = await MachineTime.OthersShareAsync() * Environment.ProcessorCount;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"without connections {idle:F2} cores are busy"));
        return idle;
    }

    private static void DestinationNat(Region region, string host, string address)
    {
        string file = Path.Combine(region.Folder, $"state/conf/dnat-{host}.nft");
        File.WriteAllText(file, $$"""
            table ip bench {
              chain prerouting {
                type nat hook prerouting priority dstnat;
                ip daddr {{address}} tcp dport 9001 dnat to numgen inc mod 3 map {
                  0 : 10.30.0.101 . 8080, 1 : 10.30.0.102 . 8080, 2 : 10.30.0.103 . 8080 }
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                tcp dport 8080 ip saddr 10.20.1.2 ct status dnat masquerade
              }
            }

            """);
        region.Exec(host, "nft", "-f", file);
        region.Exec(host, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    private static async Task<Process> Haproxy(Region region, string host, string address)
    {
        string file = Path.Combine(region.Folder, $"state/conf/haproxy-{host}.cfg");
        await File.WriteAllTextAsync(file, $"""
            global
              maxconn 4000
            defaults
              mode tcp
              timeout connect 2s
              timeout client 10s
              timeout server 10s
            listen web
              bind {address}:9000
              server t1 10.30.0.101:8080
              server t2 10.30.0.102:8080
              server t3 10.30.0.103:8080

            """);
        Process process = region.Start(host, "haproxy", "-f", file);
        await Region.Until($"HAProxy answers on {host}", () =>
            region.TryExec("client", "curl", "-s", "--max-time", "1", $"http://{address}:9000/").ExitCode == 0);
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private sealed record Run(double BusySeconds, double Seconds, double Requests, double PerSecond, int Errors)
    {
        /// <summary>Microseconds of the machine's time a connection.</summary>
        public double Micros(double idleCores) =>
            (BusySeconds - (idleCores * Seconds)) / Math.Max(1, Requests) * 1e6;
    }
}
