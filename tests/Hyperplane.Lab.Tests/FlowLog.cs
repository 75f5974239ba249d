using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>What nodes write down of the flows of a load balancer that wants it.</summary>
public sealed class FlowLog(LabFixture lab)
{
    private const string Client = "10.20.1.2";
    private const string Target = "10.30.0.101";
    private const int EchoedBytes = 500_000;

    [Fact]
    public async Task Each_flow_is_one_line_with_its_ends_its_bytes_and_why_it_ended_and_others_are_none()
    {
        Region region = lab.Region;
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        using Tenancy silent = await Open(region, "log-off", isLogged: false);
        using Tenancy echo = await Open(region, "log-on", isLogged: true);
        string id = region.LbctlJson("nlb", "get", echo.Name).GetProperty("id").GetString()!;
        string silentId = region.LbctlJson("nlb", "get", silent.Name).GetProperty("id").GetString()!;

        Traffic.Echo(region, silent.VipA, 7, 1_000);
        Traffic.Echo(region, echo.VipA, 7, EchoedBytes);
        await Region.Until("the short connection is a line", () => Lines(region, id).Count == 1);
        JsonElement line = Lines(region, id)[0];
        Check(line, echo, "tcp", "fin", before);
        InRange(line, "bytesIn", EchoedBytes, EchoedBytes * 12 / 10);
        InRange(line, "bytesOut", EchoedBytes, EchoedBytes * 12 / 10);
        InRange(line, "packetsIn", EchoedBytes / 1_500, EchoedBytes / 100);

        using (Process held = Traffic.Hold(region, echo.VipA, 7, 3))
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            Assert.Single(Lines(region, id));
            Assert.Empty(Traffic.Release(held).GetProperty("broken").EnumerateArray());
        }

        await Region.Until("each held connection is a line", () => Lines(region, id).Count == 4);
        foreach (JsonElement one in Lines(region, id).Where(one => one.GetProperty("durationMs").GetInt64() > 1_900))
        {
            Check(one, echo, "tcp", "fin", before);
            // A line each 50 ms, and an acknowledgement now and then.
            InRange(one, "packetsIn", 30, 400);
        }

        string reset = region.Exec("client", "/usr/bin/python3", FileOf("reset.py"), echo.VipA, "7");
        int port = int.Parse(reset, CultureInfo.InvariantCulture);
        await Region.Until("the reset is a line", () => Lines(region, id).Count == 5);
        line = Lines(region, id).Single(one => one.GetProperty("end").GetString() == "reset-by-client");
        Check(line, echo, "tcp", "reset-by-client", before);
        Assert.Equal(port, line.GetProperty("clientPort").GetInt32());

        Assert.Equal((3, 3), Traffic.Udp(region, echo.VipA, 7, 1, bytes: 1_000));
        // Idle datagrams would take two minutes.
        region.Lbctl("listener", "delete", "TCP_UDP:7", "--nlb", echo.Name);
        await Region.Until("the datagrams are a line", () => Lines(region, id).Count == 6);
        line = Lines(region, id).Single(one => one.GetProperty("protocol").GetString() == "udp");
        Check(line, echo, "udp", "listener-removed", before);
        InRange(line, "packetsIn", 3, 9);
        InRange(line, "bytesIn", 3_000, 12_000);
        InRange(line, "bytesOut", 3_000, 12_000);
        Assert.Equal(6, Lines(region, id).Select(one => one.GetProperty("clientPort").GetInt32()).Distinct().Count());
        Assert.Empty(Lines(region, silentId));
        await Region.Until(
            "nodes report their lines", () => NodeCounters.Of(region, "flow_log_written", "cell-a").Sum() >= 6);
        Assert.Equal(0, NodeCounters.Of(region, "flow_log_dropped", "cell-a").Sum());
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("kill")]
    public async Task A_connection_that_nodes_carry_on_is_told_to_its_end_once_and_by_each_node_that_could(string how)
    {
        const int Connections = 40;
        Region region = lab.Region;
        using Tenancy echo = await Open(region, $"log-{how}", isLogged: true);
        string id = region.LbctlJson("nlb", "get", echo.Name).GetProperty("id").GetString()!;
        using (Process held = Traffic.Hold(region, echo.VipA, 7, Connections))
        {
            try
            {
                if (how == "kill")
                    region.Fault("kill", Failover.Node);
                else
                    region.Lab("stop", Failover.Node);
                await Failover.LeavesTheRouters(region);
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            }
            finally
            {
                region.Lab("start", Failover.Node);
                await Failover.ComesBack(region);
            }

            Assert.Empty(Traffic.Release(held).GetProperty("broken").EnumerateArray());
        }

        await Region.Until(
            "each connection is a line", () => Lines(region, id).Count(IsFinal) == Connections);
        List<JsonElement> lines = Lines(region, id);
        List<JsonElement> moved = [.. lines.Where(line => !IsFinal(line))];
        HashSet<int> ports = [.. lines.Where(IsFinal).Select(PortOf)];
        Assert.Equal(Connections, ports.Count);
        Assert.All(lines.Where(IsFinal), line => Assert.Equal("fin", line.GetProperty("end").GetString()));
        Assert.All(moved, line => Assert.Contains(PortOf(line), ports));
        // Of forty connections over three nodes none is at this one once in ten million runs.
        Assert.Contains(lines.Where(IsFinal), line => line.TryGetProperty("carriedOn", out _));
        if (how == "stop")
            Assert.Contains(moved, line => line.GetProperty("node").GetString() == Failover.Node);

        static bool IsFinal(JsonElement line) => line.GetProperty("end").GetString() != "moved";

        static int PortOf(JsonElement line) => line.GetProperty("clientPort").GetInt32();
    }

    private static async Task<Tenancy> Open(Region region, string name, bool isLogged)
    {
        Tenancy tenancy = Tenancy.Open(region, name, "a");
        if (isLogged)
            region.Lbctl("nlb", "modify", name, "--attribute", "flow_log.enabled=true");
        tenancy.AddGroup(name, "TCP_UDP", 7, [Target], "--health-timeout", "1");
        tenancy.Listen("TCP_UDP", 7, name);
        await tenancy.UntilHealthy(name, 3);
        return tenancy;
    }

    private static void Check(JsonElement line, Tenancy tenancy, string protocol, string end, DateTimeOffset before)
    {
        Assert.Equal(
            (protocol, Client, tenancy.VipA, 7, Target, 7, end),
            (Text("protocol"), Text("client"), Text("vip"), line.GetProperty("vipPort").GetInt32(), Text("target"),
                line.GetProperty("targetPort").GetInt32(), Text("end")));
        Assert.Equal("a", Text("zone"));
        Assert.StartsWith("tn-", Text("tenant"), StringComparison.Ordinal);
        Assert.StartsWith("tg-", Text("targetGroup"), StringComparison.Ordinal);
        Assert.StartsWith("node-a", Text("node"), StringComparison.Ordinal);
        Assert.NotEmpty(Text("listener"));
        Assert.InRange(
            DateTimeOffset.Parse(Text("time"), CultureInfo.InvariantCulture), before, TimeProvider.System.GetUtcNow());
        Assert.False(line.TryGetProperty("partial", out _));

        string Text(string name) => line.GetProperty(name).GetString()!;
    }

    private static void InRange(JsonElement line, string name, long least, long most) =>
        Assert.True(
            line.GetProperty(name).GetInt64() is var value && value >= least && value <= most,
            $"{name}, {least} to {most} expected: {line}");

    /// <summary>The lines of a load balancer on all nodes, each parsed whole.</summary>
    private static List<JsonElement> Lines(Region region, string loadBalancer)
    {
        var lines = new List<JsonElement>();
        foreach (string agent in Directory.GetDirectories(Path.Combine(region.Folder, "state/agents")))
        {
            string logs = Path.Combine(agent, "flow-log");
            foreach (string file in Directory.Exists(logs) ? Directory.GetFiles(logs, "flows-*.jsonl") : [])
            {
                foreach (string text in File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    using JsonDocument line = JsonDocument.Parse(text);
                    if (line.RootElement.GetProperty("loadBalancer").GetString() == loadBalancer)
                        lines.Add(line.RootElement.Clone());
                }
            }
        }

        return lines;
    }

    private static string FileOf(string client) =>
        Path.Combine(Region.Root, "tests/Hyperplane.Lab.Tests/Clients", client);
}
