using System.Diagnostics;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Lab;

namespace Hyperplane.Agent.Tests.Machine;

/// <summary>One node on a bridge of an FRR router, a target and a client behind it, a controller in the test's
/// process.</summary>
/// <remarks>node-a1 is 10.10.1.11, the router 10.10.1.1 AS 64512, the target 10.40.0.1, the client 10.20.0.2.</remarks>
internal sealed class NodeLab : IAsyncDisposable
{
    private readonly List<NetworkNamespace> _spaces = [];
    private readonly List<Process> _processes = [];
    private readonly TempDirectory _directory = new();

    public NodeLab()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        (Router, Node, Target, Client) = (Add(), Add(), Add(), Add());
        Router.Run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Node.Run("sysctl", "-qw", "net.ipv4.ip_forward=0");
        Router.Ip("link add br0 type bridge forward_delay 0 stp_state 0");
        Router.Ip("link set br0 up");
        Router.Ip("addr add 10.10.1.1/24 dev br0");
        NetworkNamespace.Join(Node, "eth0", Router, "node");
        Router.Ip("link set dev node master br0");
        Router.Ip($"link set dev node xdp obj {PassProgram()} sec xdp");
        Node.Ip("addr add 10.10.1.11/24 dev eth0");
        Node.Ip("route add default via 10.10.1.1");
        Plug(Target, "target", "10.40.0.254", "10.40.0.1");
        Plug(Client, "client", "10.20.0.1", "10.20.0.2");
        StartRouting();
        Directory.CreateDirectory(_directory.File("www"));
        File.WriteAllText(Path.Combine(_directory.File("www"), "healthz"), "well\n");
        _processes.Add(
            Quiet(Target.Start("/usr/bin/python3", "-m", "http.server", "8080", "-d", _directory.File("www"))));
    }

    public NetworkNamespace Router { get; }

    public NetworkNamespace Node { get; }

    public NetworkNamespace Target { get; }

    public NetworkNamespace Client { get; }

    public string SocketPath => _directory.File("control.sock");

    public string StatePath => _directory.File("state");

    /// <summary>A controller that has the sample for the node.</summary>
    public async Task<ControlServer> ServeAsync()
    {
        ControlServer server = await ControlServer.StartAsync(SocketPath);
        server.Publish(Sample.Snapshot());
        return server;
    }

    /// <summary>Starts the agent, with more words on its command line.</summary>
    /// <param name="before">A program that starts it, with its arguments.</param>
    /// <param name="options">The agent's own.</param>
    public AgentUnderTest StartAgent(string[]? before = null, string[]? options = null)
    {
        File.WriteAllText(_directory.File("cell.key"), ControlServer.Key + "\n");
        new CredentialStore(StatePath).Write(TestAuthority.Node);
        File.WriteAllText(_directory.File("agent.json"), $$"""
            {
              "cell": "cell-a", "node": "node-a1", "controller": "unix:{{SocketPath}}",
              "cellKeyFile": "{{_directory.File("cell.key")}}", "stateDirectory": "{{StatePath}}",
              "interface": "eth0", "asn": 64601, "peers": [{"address": "10.10.1.1", "asn": 64512}],
              "flowCapacity": 4096, "maglevTableSize": 251
            }
            """);
        string[] words =
            [.. before ?? [], AgentUnderTest.Program, "--config", _directory.File("agent.json"), .. options ?? []];
        Process process = Node.Start(words[0], words[1..]);
        _processes.Add(process);
        return new AgentUnderTest(process);
    }

    /// <summary>What a client gets from a VIP, or curl's exit code.</summary>
    public string Get(string vip)
    {
        (int exit, string output, _) = Command.Try(
            TimeSpan.FromSeconds(20), "ip", "netns", "exec", Client.Name, "curl", "-s", "-m", "5",
                $"http://{vip}/healthz");
        return exit == 0 ? output : $"curl exit {exit}";
    }

    /// <summary>Prefixes that the router's kernel sends to the node.</summary>
    public IReadOnlyList<string> Routes() =>
    [
        .. Router.Ip("route show via 10.10.1.11").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        foreach (NetworkNamespace space in _spaces)
            space.Dispose();
        _directory.Dispose();
    }

    private static Process Quiet(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Built beside the XDP program; what the far end of a veth needs to take redirected frames.</summary>
    public static string PassProgram()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "artifacts/bpf/pass.bpf.o");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException("artifacts/bpf/pass.bpf.o");
    }

    private NetworkNamespace Add()
    {
        var space = NetworkNamespace.Create();
        _spaces.Add(space);
        return space;
    }

    private void Plug(NetworkNamespace host, string port, string router, string address)
    {
        NetworkNamespace.Join(host, "eth0", Router, port);
        Router.Ip($"addr add {router}/24 dev {port}");
        host.Ip($"addr add {address}/24 dev eth0");
        host.Ip($"route add default via {router}");
    }

    private void StartRouting()
    {
        string folder = _directory.File("frr");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "zebra.conf"), "hostname router\n");
        File.WriteAllText(Path.Combine(folder, "bgpd.conf"), """
            hostname router
            route-map FROM-NODES permit 10
            route-map TO-NODES deny 10
            router bgp 64512
             bgp router-id 10.10.1.1
             bgp graceful-restart-disable
             neighbor NODES peer-group
             neighbor NODES remote-as external
             neighbor NODES timers 3 9
             bgp listen range 10.10.1.0/24 peer-group NODES
             address-family ipv4 unicast
              neighbor NODES route-map FROM-NODES in
              neighbor NODES route-map TO-NODES out
             exit-address-family

            """);
        Command.Run("chmod", "755", _directory.Path);
        Command.Run("chown", "-R", "frr:frr", folder);
        foreach (string name in (string[])["zebra", "bgpd"])
        {
            string program = ((string[])["/usr/lib/frr", "/usr/libexec/frr"]).Select(h => Path.Combine(h, name))
                .First(File.Exists);
            _processes.Add(Quiet(Router.Start(
                program, "-f", $"{folder}/{name}.conf", "-i", $"{folder}/{name}.pid", "--vty_socket", folder,
                "-A", "127.0.0.1", "-z", $"{folder}/zserv.api")));
        }
    }
}
