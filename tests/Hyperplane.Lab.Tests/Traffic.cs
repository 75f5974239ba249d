using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Real clients on the lab's client host.</summary>
internal static class Traffic
{
    /// <summary>Requests over one connection each; answers by target name. A request without an answer counts under its
    /// curl error.</summary>
    public static Dictionary<string, int> Requests(Region region, string vip, int count)
    {
        (_, string output, string error) = region.TryExec(
            "client", "curl", "-sS", "--no-keepalive", "--connect-timeout", "3", "--max-time", "5",
            "-H", "Connection: close", $"http://{vip}/[1-{count.ToString(CultureInfo.InvariantCulture)}]");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Concat(error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .CountBy(line => line, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>One request; true when something answered.</summary>
    public static bool Answers(Region region, string vip) =>
        region.TryExec("client", "curl", "-s", "--connect-timeout", "1", "--max-time", "2", $"http://{vip}/")
            .ExitCode == 0;

    /// <summary>One connection; true when it came about.</summary>
    public static bool Connects(Region region, string vip, int port) =>
        region.TryExec("client", "timeout", "1", "bash", "-c", $"exec 3<>/dev/tcp/{vip}/{port}").ExitCode == 0;

    /// <summary>Opens connections and keeps talking on them until <see cref="Release"/>.</summary>
    public static Process Hold(Region region, string vip, int port, int count)
    {
        Process held = region.Start("client", "/usr/bin/python3", Client("hold.py"), vip, $"{port}", $"{count}");
        Assert.Equal("open", held.StandardOutput.ReadLine());
        return held;
    }

    /// <summary>Ends the held connections: names of the targets, what broke, how many lines were echoed.</summary>
    public static JsonElement Release(Process held)
    {
        (int exitCode, string output, string error) = Command.Finish(held, TimeSpan.FromSeconds(30));
        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    /// <summary>Datagrams through a UDP listener, of so many bytes at least: sent and answered.</summary>
    public static (int Sent, int Answered) Udp(Region region, string vip, int port, int sockets, int bytes = 0)
    {
        using JsonDocument document = JsonDocument.Parse(region.Exec(
            "client", "/usr/bin/python3", Client("udp.py"), vip, $"{port}", $"{sockets}", $"{bytes}"));
        return (
            document.RootElement.GetProperty("sent").GetInt32(),
            document.RootElement.GetProperty("answered").GetInt32());
    }

    /// <summary>So many bytes through the echo service, which must all come back.</summary>
    public static void Echo(Region region, string vip, int port, int bytes) => Assert.Equal(
        "same bytes\n", region.Exec("client", "/usr/bin/python3", Client("echo.py"), vip, $"{port}", $"{bytes}"));

    /// <summary>SYNs from sources that are not there; ends when its input is closed, 60 s at most.</summary>
    public static Process Flood(Region region, string vip, int port)
    {
        Process flood = region.Start("client", "/usr/bin/python3", Client("flood.py"), vip, $"{port}");
        Assert.Equal("flooding", flood.StandardOutput.ReadLine());
        return flood;
    }

    /// <summary>A server on a target for checks over HTTP, whose answers ask for the weight that its last line of input
    /// says; ends with its input.</summary>
    public static Process Weigh(Region region, string host, int port)
    {
        Process server = region.Start(host, "/usr/bin/python3", Client("weigh.py"), $"{port}");
        Assert.Equal("ready", server.StandardOutput.ReadLine());
        return server;
    }

    private static string Client(string file) => Path.Combine(Region.Root, "tests/Hyperplane.Lab.Tests/Clients", file);
}
