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
/// Baseline: writing an HAProxy configuration for the same targets and starting HAProxy, to its first byte.</remarks>
internal static class FirstByteBench
{
    public static async Task<Result> Run(string[] arguments)
    {
        int runs = arguments is ["--runs", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 50;
        Console.WriteLine("starting a region");
        using Region region = Region.Up("lab-bench");
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

        prober.StandardInput.Close();
        await prober.WaitForExitAsync();
        bool valid = ours.All(ms => ms > 0) && haproxy.All(ms => ms is > 0 and < 5_000);
        return new Result("first-byte", valid,
        [
            new Figure(
                "first_byte_p50", Percentiles.At(ours, 0.5), "ms", 250, true,
                Percentiles.At(haproxy, 0.5), "haproxy start"),
            new Figure(
                "first_byte_p99", Percentiles.At(ours, 0.99), "ms", 1_000, true,
                Percentiles.At(haproxy, 0.99), "haproxy start"),
            new Figure("api_calls_p50", Percentiles.At(calls, 0.5), "ms", null, true, null, ""),
        ],
        ["a new target takes traffic at once: with no target judged yet the group fails open"]);
    }

    private static async Task<(double FirstByteMs, double CallsMs)> Create(HttpClient http, Process prober, string name)
    {
        long started = Stopwatch.GetTimestamp();
        JsonElement balancer = await Post(
            http, "/v1/load-balancers", new { name, zones = new[] { new { zone = "a" }, new { zone = "b" } } });
        string id = balancer.GetProperty("id").GetString()!;
        string vip = balancer.GetProperty("zones")[0].GetProperty("address").GetString()!;
        await prober.StandardInput.WriteLineAsync($"{vip} 80");
        await prober.StandardInput.FlushAsync();
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
        await prober.StandardInput.WriteLineAsync($"10.20.1.1 {port}");
        await prober.StandardInput.FlushAsync();
        double firstByte = await FirstByte(prober, started);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        return firstByte;
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
