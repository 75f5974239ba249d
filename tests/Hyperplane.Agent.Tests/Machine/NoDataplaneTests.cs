using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Agent.Tests.Machine;

/// <summary>A node whose XDP program cannot be loaded or attached says why, announces nothing and ends with a code of
/// its own.</summary>
public sealed class NoDataplaneTests
{
    private const int NoDataplane = 3;
    private const string Places = "health_probe_places";

    [Fact]
    public async Task An_interface_that_is_not_there_is_told_to_the_controller_too()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        lab.Node.Ip("link set dev eth0 down");
        lab.Node.Ip("link set dev eth0 name eth7");
        string why = await Refused(lab.StartAgent());
        Assert.Contains("eth0", why, StringComparison.Ordinal);
        NodeReport report = await server.ReportThat(r => r.RefusedVersion == 7);
        Assert.Equal(why, report.Refusal);
        Assert.Empty(report.Announced);
    }

    [Theory]
    [InlineData("-bpf,-sys_admin", "CAP_BPF")]
    [InlineData("-net_admin", "CAP_NET_ADMIN")]
    [InlineData("-net_raw", "CAP_NET_RAW")]
    public async Task A_process_without_the_rights_ends_before_it_asks_for_anything(string without, string missing)
    {
        await using var lab = new NodeLab();
        string why = await Refused(lab.StartAgent(["setpriv", "--bounding-set", without]));
        Assert.Equal(
            $"the process does not have {missing}: run it as root, or give it these capabilities", why);
    }

    [Fact]
    public async Task A_process_that_may_open_few_files_says_so_and_probes_with_those()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        AgentUnderTest agent = lab.StartAgent(["prlimit", "--nofile=200:1000"]);
        await agent.Prints("ready");
        Assert.Contains(
            agent.Log.Lines,
            line => line.EndsWith(
                "the process may have 1000 files open and needs 20000: at most 500 health probes run at a time; raise "
                + "the service's LimitNOFILE",
                StringComparison.Ordinal));
        NodeReport report = await server.ReportThat(one => one.Counters.Any(count => count.Name == Places));
        Assert.Equal(500UL, report.Counters.Single(count => count.Name == Places).Value);
        agent.Signal("TERM");
        Assert.Equal(0, await agent.Exit());
    }

    [Fact]
    public async Task Another_program_on_the_interface_is_named_with_the_remedy()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        lab.Node.Ip($"link set dev eth0 xdpdrv obj {NodeLab.PassProgram()} sec xdp");
        string why = await Refused(lab.StartAgent());
        Assert.Contains("Another XDP program is attached", why, StringComparison.Ordinal);
        Assert.Contains("`ip link set eth0 xdp off`", why, StringComparison.Ordinal);
        Assert.DoesNotContain("--xdp-mode", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_MTU_too_large_for_the_driver_gets_the_generic_mode_offered_which_works()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        lab.Router.Ip("link set dev node xdp off");
        lab.Router.Ip("link set dev node mtu 9000");
        string why = await Refused(lab.StartAgent());
        Assert.Contains("MTU", why, StringComparison.Ordinal);
        Assert.Contains("--xdp-mode generic works here", why, StringComparison.Ordinal);
        Assert.Empty(lab.Routes());

        AgentUnderTest agent = lab.StartAgent(options: ["--xdp-mode", "generic"]);
        await agent.Prints("ready");
        Assert.Contains("xdpgeneric", lab.Node.Ip("link show dev eth0"), StringComparison.Ordinal);
        await Eventually.Holds(() => lab.Get("198.18.0.1") == "well\n");
        agent.Signal("TERM");
        Assert.Equal(0, await agent.Exit());
    }

    [Fact]
    public async Task An_MTU_too_large_for_both_modes_gets_no_offer()
    {
        await using var lab = new NodeLab();
        await using ControlServer server = await lab.ServeAsync();
        lab.Router.Ip("link set dev node xdp off");
        lab.Node.Ip("link set dev eth0 mtu 9000");
        string why = await Refused(lab.StartAgent());
        Assert.Contains("an MTU of 9000 is too large", why, StringComparison.Ordinal);
        Assert.DoesNotContain("--xdp-mode", why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_verifier_said_is_in_a_file_that_the_line_names()
    {
        using var directory = new TempDirectory();
        var refused = new KernelException("loading the BPF program x", 13, "A newer kernel helps.")
        {
            VerifierLog = "0: (95) exit\nR0 !read_ok\n",
        };
        string file = directory.File("xdp-verifier.log");
        string line = DataplaneRefusal.Describe(refused, directory.Path).Message;
        Assert.Equal(
            "the dataplane does not start: loading the BPF program x: Permission denied (errno 13). "
            + $"A newer kernel helps. The verifier's log: {file}",
            line);
        Assert.Equal(refused.VerifierLog, File.ReadAllText(file));
        Assert.Contains(
            "cannot be written", DataplaneRefusal.Describe(refused, file).Message, StringComparison.Ordinal);
    }

    /// <summary>The one line in which the agent says why it ends.</summary>
    private static async Task<string> Refused(AgentUnderTest agent)
    {
        Assert.Equal(NoDataplane, await agent.Exit());
        Assert.DoesNotContain(
            agent.Output.Lines, line => line.StartsWith("announced", StringComparison.Ordinal) || line == "ready");
        const string Begin = "the agent ends: ";
        string line = Assert.Single(agent.Log.Lines, line => line.Contains(Begin, StringComparison.Ordinal));
        string why = line[(line.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..];
        const string Start = "the dataplane cannot start: ";
        return why.StartsWith(Start, StringComparison.Ordinal) ? why[Start.Length..] : why;
    }
}
