using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>FRR's zebra and bfdd in the lab's router, with 10.99.0.11 as a peer at 50 ms × 3.</summary>
internal sealed class FrrRouter : IDisposable
{
    private static readonly string[] Homes = ["/usr/lib/frr", "/usr/libexec/frr"];

    private readonly List<Process> _daemons = [];
    private readonly BfdLab _lab;
    private readonly string _folder;

    public FrrRouter(BfdLab lab)
    {
        _lab = lab;
        _folder = Path.Combine(lab.Folder, "frr");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "zebra.conf"), $"hostname rtr\nlog file {_folder}/zebra.log\n");
        File.WriteAllText(Path.Combine(_folder, "bfdd.conf"), $"""
            hostname rtr
            log file {_folder}/bfdd.log debugging
            bfd
             profile FAST
              detect-multiplier 3
              receive-interval 50
              transmit-interval 50
             exit
             peer 10.99.0.11 local-address 10.99.0.1 interface eth0
              profile FAST
             exit
            exit

            """);
        Command.Run("chown", "-R", "frr:frr", lab.Folder);
        Start("zebra");
        Eventually.Says(() => Vtysh("show interface brief"), "eth0");
        Start("bfdd", "--bfdctl", $"{_folder}/bfdd.sock");
        Eventually.Says(Peers, "10.99.0.11");
    }

    /// <summary>What <c>show bfd peers json</c> says.</summary>
    public string Peers() => Vtysh("show bfd peers json");

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

    private string Vtysh(string command)
    {
        (_, string output, string error) = Command.Try(
            TimeSpan.FromSeconds(20), "vtysh", "--vty_socket", _folder, "-c", command);
        return output + error;
    }

    private void Start(string name, params string[] arguments)
    {
        string program = Homes.Select(home => Path.Combine(home, name)).First(File.Exists);
        Process daemon = _lab.Router.Start(program, [
            "-f", $"{_folder}/{name}.conf", "-i", $"{_folder}/{name}.pid", "--vty_socket", _folder, "-A", "127.0.0.1",
            "-z", $"{_folder}/zserv.api", .. arguments]);
        daemon.OutputDataReceived += static (_, _) => { };
        daemon.ErrorDataReceived += static (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        _daemons.Add(daemon);
    }
}
