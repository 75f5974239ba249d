using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Lab;

namespace Hyperplane.Agent.Tests.Machine;

/// <summary>The agent as users start it: own process, own namespace, kernel, FRR, real clients.</summary>
public sealed class AgentProcessTests
{
    private static readonly string[] All =
        ["10.32.1.0/24", "10.32.1.5", "10.32.1.6", "10.33.1.1", "198.18.0.0/26", "198.18.200.1"];

    [Fact]
    public async Task A_node_announces_checks_forwards_reports_and_leaves_in_order()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        AgentUnderTest agent = lab.StartAgent();
        await agent.Prints("ready");
        await Eventually.Holds(() => lab.Routes().SequenceEqual(All), () => string.Join(' ', lab.Routes()));
        Assert.Contains("10.33.1.1/32", lab.Node.Ip("addr show dev lo"), StringComparison.Ordinal);
        Assert.Contains("198.18.0.0/16", lab.Node.Run("nft", "list", "table", "inet", "hyperplane"),
            StringComparison.Ordinal);

        NodeReport report = await server.ReportThat(
            r => r.Targets.Any(t => t.TargetId == 11 && t.State == TargetHealth.Types.State.Healthy)
                && r.Targets.Any(t => t.TargetId == 12 && t.State == TargetHealth.Types.State.Unhealthy)
                && r.Announced.Count == All.Length);
        Assert.Equal("Established", Assert.Single(report.Peers).State);
        Assert.Equal((uint)All.Length, report.Peers[0].PrefixesSent);
        for (int i = 0; i < 20; i++)
            Assert.Equal("well\n", lab.Get("198.18.0.1"));
        Assert.Equal("well\n", lab.Get("198.18.0.2"));
        await server.ReportThat(r =>
            r.Listeners.Any(l => l is { ListenerId: 11, NewFlows: 20, PacketsIn: > 60, BytesOut: > 0 }));

        Snapshot changed = Sample.Snapshot(8);
        changed.Vips.Remove(changed.Vips.Single(v => v.AnnounceAlone));
        changed.Vips.Remove(changed.Vips.Single(v => v.Id == 2));
        server.Publish(changed);
        await Eventually.Holds(() => lab.Routes().SequenceEqual(All[..^1]), () => string.Join(' ', lab.Routes()));
        await server.ReportThat(r => r.RunningVersion == 8);
        Assert.Equal("curl exit 28", lab.Get("198.18.0.2"));
        Assert.Equal("well\n", lab.Get("198.18.0.1"));

        agent.Signal("TERM");
        Assert.Equal(0, await agent.Exit());
        Assert.Equal(
            ["drain Shutting", "drain VipsWithdrawn", "drain SnatWithdrawn", "drain Drained"],
            agent.Output.Lines.Where(l => l.StartsWith("drain ", StringComparison.Ordinal)));
        await Eventually.Holds(() => lab.Routes().Count == 0, () => string.Join(' ', lab.Routes()));
        Assert.DoesNotContain(agent.Log.Lines, l => l.Contains(ControlServer.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_killed_node_is_silent_and_starts_again_without_a_controller()
    {
        await using var lab = new NodeLab();
        await using (ControlServer server = await ControlServer.StartAsync(lab.SocketPath))
        {
            server.Publish(Sample.Snapshot());
            AgentUnderTest first = lab.StartAgent();
            await first.Prints("ready");
            await Eventually.Holds(() => lab.Routes().Count == All.Length);
            await server.ReportThat(r => r.RunningVersion == 7);
            await Eventually.Holds(() => File.Exists(Path.Combine(lab.StatePath, "snapshot")));
            first.Signal("KILL");
            await first.Exit();
        }

        await Eventually.Holds(() => lab.Routes().Count == 0, () => string.Join(' ', lab.Routes()));
        lab.Router.Ip("route add 198.18.0.0/26 via 10.10.1.11");
        Assert.Equal("curl exit 28", lab.Get("198.18.0.1"));
        Assert.DoesNotContain("xdp", lab.Node.Ip("link show dev eth0"), StringComparison.Ordinal);
        lab.Router.Ip("route del 198.18.0.0/26 via 10.10.1.11");

        AgentUnderTest second = lab.StartAgent();
        await second.Prints("ready");
        // The source address of the killed start rests: its packets may come to any node.
        await Eventually.Holds(
            () => lab.Routes().SequenceEqual(All.Where(prefix => prefix != "10.32.1.5")),
            () => string.Join(' ', lab.Routes()));
        await Eventually.Holds(() => lab.Get("198.18.0.1") == "well\n");
        second.Signal("TERM");
        await second.Prints("drain VipsWithdrawn");
        second.Signal("TERM");
        Assert.Equal(1, await second.Exit());
    }

    [Fact]
    public async Task A_drained_node_keeps_running_and_comes_back()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        AgentUnderTest agent = lab.StartAgent();
        await agent.Prints("ready");
        await Eventually.Holds(() => lab.Routes().Count == All.Length);
        Snapshot drained = Sample.Snapshot(8);
        drained.Nodes[0].Draining = true;
        server.Publish(drained);
        await server.ReportThat(r => r.Draining);
        await Eventually.Holds(() => lab.Routes().SequenceEqual(["10.33.1.1"]), () => string.Join(' ', lab.Routes()));
        server.Publish(Sample.Snapshot(9));
        await Eventually.Holds(() => lab.Routes().SequenceEqual(All), () => string.Join(' ', lab.Routes()));
        NodeReport report = await server.ReportThat(r => r.RunningVersion == 9 && r.Announced.Count == All.Length);
        Assert.False(report.Draining);
    }

    [Fact]
    public void A_bad_configuration_ends_with_all_errors_and_code_2()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("agent.json"), """{"cell": "a", "node": "b", "asn": 0, "colour": 1}""");
        (int exit, string output, string error) = Command.Try(
            TimeSpan.FromSeconds(30), AgentUnderTest.Program, "--config", directory.File("agent.json"));
        Assert.Equal((2, ""), (exit, output));
        Assert.Equal(
            [
                "controller: is missing",
                "cellKeyFile: is missing",
                "stateDirectory: is missing",
                "interface: is missing",
                "asn: must be a whole number from 1 to 4294967294",
                "peers: is missing",
                "colour: is not a known member",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l[(directory.File("agent.json").Length + 2)..]));
    }

    [Theory]
    [InlineData()]
    [InlineData("--config")]
    [InlineData("--config", "/nonexistent/agent.json")]
    [InlineData("--config", "x", "--log", "xml")]
    [InlineData("--config", "x", "--xdp-mode", "offload")]
    [InlineData("--help")]
    public void A_bad_command_line_ends_with_code_2(params string[] arguments)
    {
        (int exit, string output, string error) =
            Command.Try(TimeSpan.FromSeconds(30), AgentUnderTest.Program, arguments);
        Assert.Equal((2, ""), (exit, output));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_key_file_that_is_not_there_ends_with_code_2()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("agent.json"), $$"""
            {"cell": "a", "node": "b", "controller": "unix:/x", "cellKeyFile": "{{directory.File("none")}}",
             "stateDirectory": "{{directory.Path}}", "interface": "eth0", "asn": 1,
             "peers": [{"address": "10.0.0.1", "asn": 2}]}
            """);
        (int exit, _, string error) = Command.Try(
            TimeSpan.FromSeconds(30), AgentUnderTest.Program, "--config", directory.File("agent.json"));
        Assert.Equal(2, exit);
        Assert.Contains("cellKeyFile: ", error, StringComparison.Ordinal);
    }
}
