using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>FRR's zebra and bgpd in the lab's router, AS 64512.</summary>
/// <remarks>
/// 10.99.0.1 to .127 are other ASes, .128 up are inside; .20 alone is named (AS 64601), so that FRR remembers how its
/// session ended.
/// </remarks>
internal sealed class FrrRouter : IDisposable
{
    private static readonly string[] Homes = ["/usr/lib/frr", "/usr/libexec/frr"];

    private readonly List<Process> _daemons = [];
    private readonly RoutingLab _lab;
    private readonly string _folder;

    /// <param name="lab">Where it runs.</param>
    /// <param name="neighborLines">More lines for the peer group NODES, such as <c>password …</c>.</param>
    public FrrRouter(RoutingLab lab, params string[] neighborLines)
    {
        _lab = lab;
        _folder = Path.Combine(lab.Folder, "frr");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "zebra.conf"), $"hostname rtr\nlog file {_folder}/zebra.log\n");
        File.WriteAllText(Path.Combine(_folder, "bgpd.conf"), BgpdConfig(neighborLines));
        Command.Run("chown", "-R", "frr:frr", lab.Folder);
        StartDaemon("zebra", "-z", $"{_folder}/zserv.api");
        StartDaemon("bgpd", "-z", $"{_folder}/zserv.api");
        Eventually.Says(
            () => Vtysh("show bgp summary"),
            static s => s.Contains("64512") || s.Contains("No BGP neighbors"),
            "bgpd is up");
        string log = File.ReadAllText(Path.Combine(_folder, "bgpd.log"));
        Assert.False(log.Contains("Config Failed") || log.Contains("No such command"), log);
    }

    public string Vtysh(params string[] commands)
    {
        string[] arguments = [.. commands.SelectMany(static c => (string[])["-c", c])];
        (_, string output, string error) = Command.Try(
            TimeSpan.FromSeconds(20), "vtysh", ["--vty_socket", _folder, .. arguments]);
        return output + error;
    }

    /// <summary>One node as <c>show bgp neighbors</c> has it; null if FRR does not know it.</summary>
    public JsonElement? Neighbor(int number)
    {
        string address = $"10.99.0.{number}";
        try
        {
            return JsonDocument.Parse(Vtysh($"show bgp neighbors {address} json")).RootElement.TryGetProperty(
                address, out JsonElement found) ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A number at a path of <see cref="Neighbor"/>, −1 if it is not there.</summary>
    public long NeighborNumber(int number, params string[] path)
    {
        JsonElement? at = Neighbor(number);
        foreach (string name in path)
            at = at is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out JsonElement child)
                ? child
                : null;
        return at?.GetInt64() ?? -1;
    }

    /// <summary>Stops or continues bgpd: STOP, CONT.</summary>
    public void Signal(string signal) => Command.Run(
        "kill", $"-{signal}", File.ReadAllText(Path.Combine(_folder, "bgpd.pid")).Trim());

    public void Dispose()
    {
        foreach (Process daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill();
            daemon.WaitForExit();
            daemon.Dispose();
        }
    }

    private void StartDaemon(string name, params string[] arguments)
    {
        string program = Homes.Select(home => Path.Combine(home, name)).First(File.Exists);
        Process daemon = _lab.Router.Start(program, [
            "-f", $"{_folder}/{name}.conf", "-i", $"{_folder}/{name}.pid", "--vty_socket", _folder, "-A", "127.0.0.1",
            .. arguments]);
        daemon.OutputDataReceived += static (_, _) => { };
        daemon.ErrorDataReceived += static (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        _daemons.Add(daemon);
    }

    private string BgpdConfig(string[] neighborLines) => $"""
        hostname rtr
        log file {_folder}/bgpd.log debugging
        debug bgp neighbor-events
        route-map FROM-NODES permit 10
        route-map TO-NODES deny 10
        router bgp 64512
         bgp router-id 10.99.0.1
         bgp bestpath as-path multipath-relax
         no bgp network import-check
         neighbor NODES peer-group
         neighbor NODES remote-as external
         neighbor NODES timers 3 9
         {string.Join("\n ", neighborLines.Select(static line => $"neighbor NODES {line}"))}
         neighbor INSIDE peer-group
         neighbor INSIDE remote-as internal
         neighbor 10.99.0.20 remote-as 64601
         neighbor 10.99.0.20 passive
         neighbor 10.99.0.20 timers 3 9
         bgp listen range 10.99.0.0/25 peer-group NODES
         bgp listen range 2001:db8:99::/64 peer-group NODES
         bgp listen range 10.99.0.128/25 peer-group INSIDE
         address-family ipv4 unicast
          neighbor NODES route-map FROM-NODES in
          neighbor NODES route-map TO-NODES out
          neighbor 10.99.0.20 route-map FROM-NODES in
          neighbor 10.99.0.20 route-map TO-NODES out
          maximum-paths 16
         exit-address-family
         address-family ipv6 unicast
          neighbor NODES activate
          neighbor NODES route-map FROM-NODES in
          neighbor NODES route-map TO-NODES out
         exit-address-family
        """;
}
