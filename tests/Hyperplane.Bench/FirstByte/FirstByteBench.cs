using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Bench.FirstByte;

/// <summary>How long a tenant waits from the create call to the first byte through the VIP.</summary>
/// <remarks>Five calls a run: load balancer, target group, three targets, listener. A new target takes traffic at once:
/// as long
/// as no target of its group has been judged, the dataplane fails open; its first probe leaves when the snapshot
/// arrives.
/// Baseline: writing an HAProxy configuration for the same targets and starting HAProxy, to its first byte. With
/// <c>--present N</c> the same again, in the same region, once it has N load balancers.</remarks>
internal static class FirstByteBench
{
    public static async Task<Result> Run(string[] arguments)
    {
        (int runs, int present) = Read(arguments);
        Console.WriteLine("starting a region");
        using Region region = Region.Up("lab-bench", options: ["--cells", present > 0 ? "1" : "4"]);
        using HttpClient http = region.OpenHttp();
        using Process prober = region.Start(
            "client", "/usr/bin/python3", Path.Combine(Region.Root, "tests/Hyperplane.Bench/FirstByte/prober.py"));

        await Create(http, prober, "warm-up");
        var ours = new List<double>();
        var calls = new List<double>();
        var haproxy = new List<double>();
        for (int run = 0; run < runs; run++)
        {
            (double firstByte, double call) = await Create(http, prober, $"run-{run}");
            ours.Add(firstByte);
            calls.Add(call);
            haproxy.Add(await StartHaproxy(region, prober, 9_000 + run));
            Console.WriteLine(
                $"run {run + 1,2}: {firstByte,6:F0} ms to the first byte, {call,5:F0} ms of it in API calls; "
                + $"HAProxy {haproxy[^1]:F0} ms");
        }

        List<Figure> figures =
        [
            new Figure(
                "first_byte_p50", Percentiles.At(ours, 0.5), "ms", 250, true,
                Percentiles.At(haproxy, 0.5), "haproxy start"),
            new Figure(
                "first_byte_p99", Percentiles.At(ours, 0.99), "ms", 1_000, true,
                Percentiles.At(haproxy, 0.99), "haproxy start"),
            new Figure("api_calls_p50", Percentiles.At(calls, 0.5), "ms", null, true, null, ""),
        ];
        List<string> notes = ["a new target takes traffic at once: with no target judged yet the group fails open"];
        bool valid = ours.All(ms => ms > 0) && haproxy.All(ms => ms is > 0 and < 5_000);
        if (present > 0)
            valid &= await MeasurePresent(region, http, prober, (runs, present), ours, figures, notes);
        prober.StandardInput.Close();
        await prober.WaitForExitAsync();
        return new Result("first-byte", valid, figures, notes);
    }

    private static async Task<bool> MeasurePresent(
        Region region, HttpClient http, Process prober, (int Runs, int Present) wanted, List<double> alone,
        List<Figure> figures, List<string> notes)
    {
        Console.WriteLine($"writing {wanted.Present:N0} load balancers");
        double taken = await PresentLoadBalancers.AddAsync(region, wanted.Present);
        Console.WriteLine($"{taken:F0} ms until all nodes run them");
        foreach (string vip in PresentLoadBalancers.Ends(region))
        {
            await Ask(prober, vip, 80);
            if (await FirstByte(prober, Stopwatch.GetTimestamp()) < 0)
                throw new TimeoutException($"{vip}, one of those present, answers nothing");
        }

        await Create(http, prober, "warm-up-present");
        var ours = new List<double>();
        var calls = new List<double>();
        for (int run = 0; run < wanted.Runs; run++)
        {
            (double firstByte, double call) = await Create(http, prober, $"present-{run}");
            ours.Add(firstByte);
            calls.Add(call);
            Console.WriteLine(
                $"run {run + 1,2}: {firstByte,6:F0} ms to the first byte, {call,5:F0} ms of it in API calls");
        }

        const string Alone = "none present";
        figures.AddRange(
        [
            new Figure("present_p50", Percentiles.At(ours, 0.5), "ms", null, true, Percentiles.At(alone, 0.5), Alone),
            new Figure(
                "present_p99", Percentiles.At(ours, 0.99), "ms", 1_000, true, Percentiles.At(alone, 0.99), Alone),
            new Figure("present_api_calls_p50", Percentiles.At(calls, 0.5), "ms", null, true, null, ""),
            new Figure("present_taken_by_all_nodes", taken, "ms", null, true, null, ""),
            new Figure("agent_memory", PresentLoadBalancers.AgentMegabytes(region), "MB", null, true, null, ""),
        ]);
        notes.Add(
            $"{wanted.Present:N0} load balancers present: a third each in the two cells and in one without nodes, as a "
            + "cell takes 3,968; each with one target of the lab, checked every 300 s so that six nodes' checks do not "
            + "take the machine; taken_by_all_nodes is from the controller's start, when they were all new");
        return ours.All(ms => ms > 0);
    }

    private static (int Runs, int Present) Read(string[] arguments)
    {
        (int runs, int present) = (50, 0);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw new FormatException($"{arguments[i]} takes a number");
            switch (arguments[i])
            {
                case "--runs" when number is >= 1 and <= 1_000:
                    runs = number;
                    break;
                case "--present" when number is >= 3 and <= PresentLoadBalancers.Most:
                    present = number;
                    break;
                default:
                    throw new FormatException(
                        $"[--runs 1..1000] [--present 3..{PresentLoadBalancers.Most}], not {arguments[i]} {value}");
            }
        }

        return (runs, present);
    }

    private static async Task<(double FirstByteMs, double CallsMs)> Create(HttpClient http, Process prober, string name)
    {
        long started = Stopwatch.GetTimestamp();
        JsonElement balancer = await Post(
            http, "/v1/load-balancers", new { name, zones = new[] { new { zone = "a" }, new { zone = "b" } } });
        string id = balancer.GetProperty("id").GetString()!;
        string vip = balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
        await Ask(prober, vip, 80);
        JsonElement group = await Post(http, "/v1/target-groups", new { name, protocol = "TCP", port = 8080 });
        string groupId = group.GetProperty("id").GetString()!;
        await Post(http, $"/v1/target-groups/{groupId}/targets", new
        {
            targets = new[]
            {
                new { address = "10.30.0.101" }, new { address = "10.30.0.102" }, new { address = "10.30.0.103" },
            },
        });
        await Post(
            http, $"/v1/load-balancers/{id}/listeners", new { protocol = "TCP", port = 80, targetGroupId = groupId });
        double calls = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        double firstByte = await FirstByte(prober, started);
        using HttpResponseMessage deleted = await http.DeleteAsync(
            new Uri($"/v1/load-balancers/{id}", UriKind.Relative));
        deleted.EnsureSuccessStatusCode();
        return (firstByte, calls);
    }

    private static async Task<double> StartHaproxy(Region region, Process prober, int port)
    {
        string file = Path.Combine(region.Folder, "state/conf/haproxy.cfg");
        long started = Stopwatch.GetTimestamp();
        await File.WriteAllTextAsync(file, $"""
            defaults
              mode tcp
              timeout connect 2s
              timeout client 10s
              timeout server 10s
            listen web
              bind 10.20.1.1:{port}
              server t1 10.30.0.101:8080
              server t2 10.30.0.102:8080
              server t3 10.30.0.103:8080

            """);
        using Process process = region.Start("router-a", "haproxy", "-f", file);
        await Ask(prober, "10.20.1.1", port);
        double firstByte = await FirstByte(prober, started);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        return firstByte;
    }

    private static async Task Ask(Process prober, string address, int port)
    {
        await prober.StandardInput.WriteLineAsync($"{address} {port}");
        await prober.StandardInput.FlushAsync();
    }

    /// <summary>Milliseconds from a Stopwatch timestamp (CLOCK_MONOTONIC, nanoseconds on Linux) to the prober's answer;
    /// −1 when none came.</summary>
    private static async Task<double> FirstByte(Process prober, long started)
    {
        string line = await prober.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the prober ended");
        long at = long.Parse(line, CultureInfo.InvariantCulture);
        return at < 0 ? -1 : (at - started) / 1e6;
    }

    private static async Task<JsonElement> Post(HttpClient http, string path, object body)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {text}");
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
