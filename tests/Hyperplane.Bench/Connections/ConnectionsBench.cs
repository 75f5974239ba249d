using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Connections;

/// <summary>New connections a second from one client to three HTTP targets, one request each: through a VIP of ours,
/// through
/// HAProxy and nftables DNAT on the router, and straight to a target.</summary>
/// <remarks>CPU per connection is the machine's busy time (all cores, softirq included) minus that of the straight run,
/// per
/// connection: what the thing in the middle costs. Rounds are interleaved, medians are shown.</remarks>
internal static class ConnectionsBench
{
    private const int Rounds = 5;
    private const int SecondsPerRound = 1;

    public static async Task<Result> Run(string[] arguments)
    {
        Console.WriteLine("starting a region");
        using Region region = Region.Up("lab-bench");
        JsonElement balancer = region.LbctlJson("create-nlb", "bench", "--zones", "a");
        string vip = balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
        region.Lbctl(
            "target-group", "create", "bench", "--protocol", "TCP", "--port", "8080",
            "--health-interval", "5", "--health-timeout", "2");
        region.Lbctl("target", "register", "bench", "10.30.0.101", "10.30.0.102", "10.30.0.103", "--no-wait");
        region.Lbctl(
            "listener", "create", "--nlb", "bench", "--protocol", "TCP", "--port", "80", "--target-group", "bench");
        ReuseClosedPorts(region);
        DestinationNat(region);
        using Process haproxy = await Haproxy(region);

        (string Name, string Url)[] ways =
        [
            ("direct", "http://10.30.0.101:8080/"),
            ("hyperplane", $"http://{vip}/"),
            ("haproxy", "http://10.20.1.1:9000/"),
            ("nftables", "http://10.20.1.1:9001/"),
        ];
        var rates = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        var costs = ways.ToDictionary(way => way.Name, _ => new List<double>(), StringComparer.Ordinal);
        int errors = 0;
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string name, string url) in ways)
            {
                double busy = BusySeconds();
                (double rate, double count, int bad) = Load(region, url);
                rates[name].Add(rate);
                costs[name].Add((BusySeconds() - busy) / Math.Max(1, count) * 1e6);
                errors += bad;
                Console.WriteLine(
                    $"round {round + 1} {name,-10} {rate,8:F0} connections/s "
                    + $"{costs[name][^1],6:F0} us of CPU each {bad} errors");
            }
        }

        haproxy.Kill(entireProcessTree: true);
        await haproxy.WaitForExitAsync();
        double Rate(string name) => Percentiles.At(rates[name], 0.5);
        double Cost(string name) => Percentiles.At(costs[name], 0.5) - Percentiles.At(costs["direct"], 0.5);
        return new Result("connections", errors == 0 && Rate("haproxy") > 100,
        [
            new Figure("connections_per_second", Rate("hyperplane"), "1/s", null, false, Rate("haproxy"), "haproxy"),
            new Figure(
                "connections_per_second_nftables", Rate("nftables"), "1/s", null, false, Rate("direct"), "direct"),
            new Figure(
                "added_cpu_per_connection", Cost("hyperplane"), "us", Cost("haproxy") / 5, true,
                Cost("haproxy"), "haproxy"),
            new Figure(
                "added_cpu_per_connection_nftables", Cost("nftables"), "us", null, true, Cost("haproxy"), "haproxy"),
        ],
        [$"{errors} socket errors in all; client, routers, nodes and targets share the machine's cores"]);
    }

    /// <summary>Without this the client runs out of ports in the second round and measures its own search for
    /// one.</summary>
    private static void ReuseClosedPorts(Region region)
    {
        foreach (string host in new[] { "client", "router-a" })
            region.Exec(
                host, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535");
    }

    private static (double Rate, double Count, int Errors) Load(Region region, string url)
    {
        WrkReport report = WrkReport.Read(region.Exec(
            "client", "wrk", "-t1", "-c32", $"-d{SecondsPerRound}s", "-H", "Connection: close", url));
        return (report.PerSecond, report.Requests, report.Errors);
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

    /// <summary>Seconds that all cores were not idle since boot (proc(5), /proc/stat: jiffies of 10 ms).</summary>
    private static double BusySeconds()
    {
        double[] jiffies = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return (jiffies[0] + jiffies[1] + jiffies[2] + jiffies[5] + jiffies[6]) / 100;
    }
}
