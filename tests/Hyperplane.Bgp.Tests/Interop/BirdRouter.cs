using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>BIRD 2 in the lab's router, AS 64512, taking any node of 10.99.0.0/24: the second vendor.</summary>
internal sealed class BirdRouter : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    public BirdRouter(RoutingLab lab)
    {
        _folder = lab.Folder;
        File.WriteAllText($"{_folder}/bird.conf", $$"""
            log "{{_folder}}/bird.log" all;
            router id 10.99.0.1;
            protocol device { }
            protocol kernel { merge paths yes limit 16; ipv4 { import none; export where source = RTS_BGP; }; }
            protocol kernel { ipv6 { import none; export where source = RTS_BGP; }; }
            function gshut() { if (65535, 0) ~ bgp_community then bgp_local_pref = 0; }
            filter from_nodes { gshut(); accept; }
            protocol bgp nodes {
              local 10.99.0.1 as 64512;
              neighbor range 10.99.0.0/24 external;
              dynamic name "node"; dynamic name digits 3;
              direct; passive; hold time 9; keepalive time 3; error wait time 1, 5; error forget time 10;
              ipv4 { import filter from_nodes; export none; };
              ipv6 { import filter from_nodes; export none; };
            }
            """);
        _process = lab.Router.Start(
            "bird", "-f", "-c", $"{_folder}/bird.conf", "-s", $"{_folder}/bird.ctl", "-P", $"{_folder}/bird.pid");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Eventually.Says(() => Birdc("show status"), static s => s.Contains("Daemon is up and running"), "BIRD is up");
    }

    public string Birdc(string command)
    {
        (_, string output, string error) = Command.Try(
            TimeSpan.FromSeconds(20), "birdc", ["-s", $"{_folder}/bird.ctl", .. command.Split(' ')]);
        return output + error;
    }

    /// <summary>What BIRD has logged so far.</summary>
    public string Log() => File.ReadAllText($"{_folder}/bird.log");

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
