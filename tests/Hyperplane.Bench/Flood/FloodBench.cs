using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Flood;

/// <summary>Connections that real clients make beside a flood of SYNs from sources that are not there, with challenges
/// and without; and what a SYN costs in XDP either way.</summary>
/// <remarks>One node, one client that opens connections one after the other in 16 threads and waits 2 s for each at
/// most. The flood is 20,000 SYNs a second, the limit 400 new flows.</remarks>
internal static class FloodBench
{
    private const int Seconds = 10;
    private const int Limit = 400;
    private const string Node = "node-a1";
    private const string Port = "8080";

    private const string Client = """
        import socket, sys, threading, time
        end, made, failed = time.monotonic() + int(sys.argv[3]), [0] * 16, [0] * 16
        def run(i):
            while time.monotonic() < end:
                try:
                    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2) as s:
                        s.settimeout(2)
                        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
                        made[i] += 1 if s.recv(100) else 0
                except OSError:
                    failed[i] += 1
                time.sleep(0.1)
        threads = [threading.Thread(target=run, args=(i,)) for i in range(16)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(sum(made), sum(failed))
        """;

    public static async Task<Result> Run(string[] arguments)
    {
        _ = arguments;
        var figures = new List<Figure>();
        List<string> unrepeatable = SynCosts.Measure(figures);
        using Region region = Region.Up("lab-bench", nodes: 1, Console.WriteLine, ["--zones", "a"]);
        string vip = MakeBalancer(region);
        region.Operator(
            "tenant", "limit", "test", "--new-flows-per-address", $"{Limit}", "--new-flows-per-source", "0");
        (double calm, _) = await Measure(region, vip, isFlooded: false);
        (double asked, double askedFailed) = await Measure(region, vip, isFlooded: true);
        StopChallenges(region);
        (double not, double notFailed) = await Measure(region, vip, isFlooded: true);
        figures.Add(new Figure("connections_calm", calm, "1/s", null, false, null, ""));
        figures.Add(new Figure("connections_challenges", asked, "1/s", null, false, not, "without"));
        figures.Add(new Figure("failed_challenges", askedFailed, "1/s", null, true, notFailed, "without"));
        return new Result("flood", unrepeatable.Count == 0, figures, unrepeatable);
    }

    private static string MakeBalancer(Region region)
    {
        JsonElement balancer = region.LbctlJson("create-nlb", "bench", "--zones", "a");
        region.Lbctl("target-group", "create", "bench", "--protocol", "TCP", "--port", Port, "--health-interval", "5");
        region.Lbctl("target", "register", "bench", "10.30.0.101", "10.30.0.102", "10.30.0.103", "--no-wait");
        region.Lbctl(
            "listener", "create", "--nlb", "bench", "--protocol", "TCP", "--port", Port, "--target-group", "bench");
        return balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
    }

    /// <summary>Connections made and failed, a second.</summary>
    private static async Task<(double Made, double Failed)> Measure(Region region, string vip, bool isFlooded)
    {
        await Region.Until("a request is answered", () => region.TryExec(
            "client", "curl", "-s", "--max-time", "2", $"http://{vip}:{Port}/").ExitCode == 0);
        string script = Path.Combine(Region.Root, "tests/Hyperplane.Lab.Tests/Clients/flood.py");
        using Process? flood = isFlooded ? region.Start("client", "/usr/bin/python3", script, vip, Port) : null;
        if (flood is not null)
            await flood.StandardOutput.ReadLineAsync();
        string[] said = region.Exec("client", "/usr/bin/python3", "-c", Client, vip, Port, $"{Seconds}").Split();
        if (flood is not null)
            Command.Finish(flood, TimeSpan.FromSeconds(10));
        double made = double.Parse(said[0], CultureInfo.InvariantCulture) / Seconds;
        double failed = double.Parse(said[1], CultureInfo.InvariantCulture) / Seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"flood {isFlooded,-5} {made,6:F1} connections/s, {failed,6:F1} failed/s"));
        return (made, failed);
    }

    private static void StopChallenges(Region region)
    {
        string file = Path.Combine(region.Folder, $"state/conf/{Node}.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        config["challengesPerSecond"] = 0;
        File.WriteAllText(file, config.ToJsonString());
        region.Lab("stop", Node);
        region.Lab("start", Node);
    }
}
