using Hyperplane.Lab;

namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>A router, a switch and nodes on 10.99.0.0/24, each in its own namespace.</summary>
/// <remarks>The switch matters: without it the end of a node would take the router's interface down.</remarks>
internal sealed class RoutingLab : IDisposable
{
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<NetworkNamespace> _spaces = [];
    private readonly NetworkNamespace _switch;

    public RoutingLab()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        Folder = Directory.CreateTempSubdirectory("hyperplane-bgp-").FullName;
        _switch = Space();
        _switch.Ip("link add name br0 type bridge forward_delay 0 stp_state 0");
        _switch.Ip("link set dev br0 up");
        Router = Host(1);
        Router.Run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.fib_multipath_hash_policy=1");
    }

    /// <summary>For configurations, sockets and logs.</summary>
    public string Folder { get; }

    /// <summary>Where the router's daemons run: 10.99.0.1, 2001:db8:99::1.</summary>
    public NetworkNamespace Router { get; }

    /// <summary>Starts a speaker at 10.99.0.NUMBER towards the router's AS 64512.</summary>
    public NodeProcess StartNode(int number, uint localAs, params string[] settings)
    {
        var node = new NodeProcess(
            Host(number), [$"as={localAs}", $"id=10.99.0.{number}", "peer=10.99.0.1", "remote-as=64512", .. settings]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The router's kernel route to a prefix, next hops included; empty if there is none.</summary>
    public string KernelRoute(string prefix) => Router.Ip($"route show {prefix}");

    /// <summary>Takes a node off the switch; its own link stays up, as with a port further away.</summary>
    public void Unplug(int number) => _switch.Ip($"link set dev port{number} nomaster");

    public void Plug(int number) => _switch.Ip($"link set dev port{number} master br0");

    public void Dispose()
    {
        foreach (NodeProcess node in _nodes)
            node.Dispose();
        foreach (NetworkNamespace space in _spaces)
            space.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private NetworkNamespace Host(int number)
    {
        NetworkNamespace host = Space();
        NetworkNamespace.Join(host, "eth0", _switch, $"port{number}");
        _switch.Ip($"link set dev port{number} master br0");
        host.Ip($"addr add 10.99.0.{number}/24 dev eth0");
        host.Ip($"addr add 2001:db8:99::{number}/64 dev eth0 nodad");
        return host;
    }

    private NetworkNamespace Space()
    {
        var space = NetworkNamespace.Create();
        _spaces.Add(space);
        return space;
    }
}
