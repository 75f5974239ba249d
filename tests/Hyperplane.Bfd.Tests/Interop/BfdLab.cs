using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>A router (10.99.0.1) and nodes (10.99.0.N) at a switch, each in its own namespace.</summary>
/// <remarks>The switch matters: without it an unplugged end would take the other's interface down.</remarks>
internal sealed class BfdLab : IDisposable
{
    private readonly List<NetworkNamespace> _spaces = [];
    private readonly NetworkNamespace _switch;

    public BfdLab()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        Folder = Directory.CreateTempSubdirectory("hyperplane-bfd-").FullName;
        _switch = Space();
        _switch.Ip("link add name br0 type bridge forward_delay 0 stp_state 0");
        _switch.Ip("link set dev br0 up");
        Router = Host(1);
    }

    /// <summary>For configurations, sockets and logs.</summary>
    public string Folder { get; }

    public NetworkNamespace Router { get; }

    public NetworkNamespace Host(int number)
    {
        NetworkNamespace host = Space();
        NetworkNamespace.Join(host, "eth0", _switch, $"port{number}");
        _switch.Ip($"link set dev port{number} master br0");
        host.Ip($"addr add 10.99.0.{number}/24 dev eth0");
        return host;
    }

    /// <summary>Takes a host off the switch; its own link stays up, as with a port further away.</summary>
    public void Unplug(int number) => _switch.Ip($"link set dev port{number} nomaster");

    public void Plug(int number) => _switch.Ip($"link set dev port{number} master br0");

    public void Dispose()
    {
        foreach (NetworkNamespace space in _spaces)
            space.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private NetworkNamespace Space()
    {
        var space = NetworkNamespace.Create();
        _spaces.Add(space);
        return space;
    }
}
