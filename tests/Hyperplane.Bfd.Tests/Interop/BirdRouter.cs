using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>BIRD 2 in the lab's router, with 10.99.0.11 as a neighbour at 50 ms × 3: the second vendor.</summary>
internal sealed class BirdRouter : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    public BirdRouter(BfdLab lab)
    {
        _folder = lab.Folder;
        File.WriteAllText($"{_folder}/bird.conf", $$"""
            log "{{_folder}}/bird.log" all;
            router id 10.99.0.1;
            protocol device { }
            protocol direct { ipv4; }
            protocol bfd {
              accept direct;
              interface "eth0" { min rx interval 50 ms; min tx interval 50 ms; multiplier 3; };
              neighbor 10.99.0.11 dev "eth0";
            }

            """);
        _process = lab.Router.Start(
            "bird", "-f", "-c", $"{_folder}/bird.conf", "-s", $"{_folder}/bird.ctl", "-P", $"{_folder}/bird.pid");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Eventually.Says(Sessions, "10.99.0.11");
    }

    /// <summary>What <c>show bfd sessions</c> says.</summary>
    public string Sessions()
    {
        (_, string output, string error) = Command.Try(
            TimeSpan.FromSeconds(20), "birdc", "-s", $"{_folder}/bird.ctl", "show", "bfd", "sessions");
        return output + error;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
