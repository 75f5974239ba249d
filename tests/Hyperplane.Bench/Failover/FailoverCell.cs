using System.Globalization;
using System.Net;
using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Bench.Failover;

/// <summary>A region of one zone; its load balancer listens on TCP and UDP 9000, before verifying echo
/// servers.</summary>
internal sealed class FailoverCell : IDisposable
{
    public const string Cell = "cell-a";
    public static readonly string[] FirstHalf = ["10.30.0.101", "10.30.0.102"];
    public static readonly string[] SecondHalf = ["10.30.0.103", "10.30.0.104"];

    private const int LargestShard = 4;
    private static readonly string[] Groups = ["tcp", "udp"];
    private FlowServers? _servers;

    private FailoverCell(Region region, string router, int nodes)
    {
        Region = region;
        Log = new RouterLog(region, router);
        Nodes = [.. Enumerable.Range(1, nodes).Select(index => $"node-a{index}")];
    }

    public Region Region { get; }

    /// <summary>What its router says of the nodes' sessions.</summary>
    public RouterLog Log { get; }

    /// <summary>Names, as infra/lab has them.</summary>
    public IReadOnlyList<string> Nodes { get; }

    public string Vip { get; private set; } = "";

    public static async Task<FailoverCell> Up(FailoverOptions options, int nodes)
    {
        var cell = new FailoverCell(
            Region.Up(
                "lab-bench", nodes,
                options:
                [
                    "--zones", "a", "--router", options.Router, "--bfd", $"{options.BfdMs}", "--engine", options.Engine,
                    "--flows", "65536",
                ]),
            options.Router, nodes);
        try
        {
            await cell.Fill();
            return cell;
        }
        catch
        {
            cell.Dispose();
            throw;
        }
    }

    /// <summary>The address of a node, as its router sees it.</summary>
    public static string AddressOf(string node) =>
        $"10.10.1.{10 + int.Parse(node.AsSpan("node-a".Length), CultureInfo.InvariantCulture)}";

    public void Register(string[] targets)
    {
        foreach (string group in Groups)
            Region.Lbctl(["target", "register", group, .. targets, "--no-wait"]);
    }

    public void Deregister(string[] targets)
    {
        foreach (string group in Groups)
            Region.Lbctl(["target", "deregister", group, .. targets, "--no-wait"]);
    }

    /// <summary>Until every node runs the newest snapshot.</summary>
    public Task UntilApplied() => Region.Until("every node runs the newest snapshot", () =>
        Reported().All(node => node.GetProperty("runningVersion").GetInt64()
            == node.GetProperty("wantedVersion").GetInt64()));

    /// <summary>The nodes that the router leads the load balancer's address to, in the order of their names.</summary>
    public IReadOnlyList<string> Serving()
    {
        var vip = IPAddress.Parse(Vip);
        HashSet<string> nextHops = Routes().Single(
            route => IsVip(route.Prefix) && IPNetwork.Parse(route.Prefix).Contains(vip)).NextHops;
        return [.. Nodes.Where(node => nextHops.Contains(AddressOf(node)))];
    }

    /// <summary>Until the router knows all next hops of every VIP block. A node's own source addresses may come later:
    /// they rest while connections of its last life may use them.</summary>
    public Task UntilAllBack() => Region.Until("every node is a next hop again", () =>
    {
        List<(string Prefix, HashSet<string> NextHops)> routes = Routes();
        return routes.Exists(route => IsVip(route.Prefix))
            && routes.TrueForAll(route => !IsVip(route.Prefix) || route.NextHops.Count == ShardNodes);
    }, 60);

    /// <summary>Until the router leads no traffic to any of these nodes.</summary>
    public Task UntilGone(IReadOnlyList<string> nodes) => Region.Until("no route leads to the node", () =>
        !Routes().Exists(route => (IsVip(route.Prefix) || IsSnat(route.Prefix))
            && nodes.Any(node => route.NextHops.Contains(AddressOf(node)))), 60);

    /// <summary>Throws away what a node that does not run remembers.</summary>
    public void Forget(string node)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Region.Folder, "state/agents", node)))
            File.Delete(file);
    }

    /// <summary>The longest pause of any agent's garbage collector since its start; null where agents do not
    /// report it.</summary>
    public double? LongestPauseMs()
    {
        double[] pauses =
        [
            .. from node in Reported()
               where node.GetProperty("counters").TryGetProperty("gc_longest_pause_us", out _)
               select node.GetProperty("counters").GetProperty("gc_longest_pause_us").GetDouble() / 1e3,
        ];
        return pauses.Length == 0 ? null : pauses.Max();
    }

    public void Dispose()
    {
        try
        {
            _servers?.Dispose();
        }
        finally
        {
            Region.Dispose();
        }
    }

    private async Task Fill()
    {
        // The runs leave thousands of closed connections behind; the client must not run out of ports.
        Region.Exec("client", "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535");
        _servers = await FlowServers.Start(Region, "target-1", "target-2", "target-3", "target-4");
        JsonElement balancer = Region.LbctlJson("create-nlb", "failover", "--zones", "a", "--no-wait");
        Vip = balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
        foreach (string group in Groups)
        {
            Region.Lbctl(
                "target-group", "create", group, "--protocol", group.ToUpperInvariant(), "--port", "9000",
                "--health-protocol", "TCP", "--health-port", "9000", "--health-interval", "1", "--health-timeout", "1",
                "--deregistration-delay", "3600", "--no-wait");
            Region.Lbctl(
                ["target", "register", group, .. FirstHalf, .. SecondHalf, "--no-wait"]);
            Region.Lbctl(
                "listener", "create", "--nlb", "failover", "--protocol", group.ToUpperInvariant(), "--port", "9000",
                "--target-group", group, "--no-wait");
        }

        // For wrk: HTTP on the same targets.
        Region.Lbctl(
            "target-group", "create", "http", "--protocol", "TCP", "--port", "8080", "--health-interval", "5",
            "--health-timeout", "2", "--no-wait");
        Region.Lbctl(["target", "register", "http", .. FirstHalf, "--no-wait"]);
        Region.Lbctl(
            "listener", "create", "--nlb", "failover", "--protocol", "TCP", "--port", "80", "--target-group", "http",
            "--no-wait");
        foreach (string group in Groups)
            await Region.Until($"all nodes find all targets of {group} healthy", () => AllHealthy(group));
        await UntilAllBack();
    }

    /// <summary>Nodes that serve a load balancer.</summary>
    private int ShardNodes => Math.Min(Nodes.Count, LargestShard);

    private bool AllHealthy(string group) =>
        Region.LbctlJson("target", "list", group).GetProperty("items").EnumerateArray()
            .All(target => target.GetProperty("healthyNodes").GetInt32() == ShardNodes);

    private List<JsonElement> Reported()
    {
        using JsonDocument document = JsonDocument.Parse(
            Region.Operator("node", "list", "--cell", Cell, "-o", "json"));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(node => node.Clone())];
    }

    private static bool IsVip(string prefix) => prefix.StartsWith("198.18.", StringComparison.Ordinal);

    private static bool IsSnat(string prefix) => prefix.StartsWith("198.19.0.", StringComparison.Ordinal);

    private List<(string Prefix, HashSet<string> NextHops)> Routes()
    {
        using JsonDocument document = JsonDocument.Parse(
            Region.Exec("router-a", "ip", "-j", "route", "show", "root", "198.0.0.0/8"));
        return
        [
            .. from route in document.RootElement.EnumerateArray()
               let hops = route.TryGetProperty("nexthops", out JsonElement several)
                   ? several.EnumerateArray().ToArray()
                   : [route]
               select (
                   route.GetProperty("dst").GetString()!,
                   hops.Where(hop => hop.TryGetProperty("gateway", out _))
                       .Select(hop => hop.GetProperty("gateway").GetString()!).ToHashSet(StringComparer.Ordinal)),
        ];
    }
}
