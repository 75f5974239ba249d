using System.Diagnostics;
using System.Globalization;

namespace Hyperplane.Lab;

/// <summary>A network namespace of this test run; gone when disposed, and swept by the next run if this one
/// crashed.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private const string Prefix = "hptest-";
    private static int _count;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>As <c>ip netns</c> knows it: hptest-PID-N.</summary>
    public string Name { get; }

    /// <summary>Makes one with its loopback up.</summary>
    public static NetworkNamespace Create()
    {
        int number = Interlocked.Increment(ref _count);
        if (number == 1)
            SweepDeadRuns();
        var space = new NetworkNamespace(string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{number}"));
        Command.Run("ip", "netns", "add", space.Name);
        space.Ip("link set lo up");
        return space;
    }

    /// <summary><c>ip -n NAME …</c>; words are split at spaces.</summary>
    public string Ip(string words) => Command.Run("ip", ["-n", Name, .. words.Split(' ')]);

    /// <summary>Runs a program inside to its end.</summary>
    public string Run(string file, params string[] arguments) =>
        Command.Run("ip", ["netns", "exec", Name, file, .. arguments]);

    /// <summary>Starts a program inside; the caller ends it.</summary>
    public Process Start(string file, params string[] arguments) =>
        Command.Start("ip", ["netns", "exec", Name, file, .. arguments]);

    /// <summary>Joins two namespaces by a veth pair, both ends up, transmit checksum offload off.</summary>
    /// <param name="left">One end's.</param>
    /// <param name="leftDevice">Its name.</param>
    /// <param name="right">The other end's.</param>
    /// <param name="rightDevice">Its name.</param>
    /// <param name="queues">Of each end and direction.</param>
    public static void Join(
        NetworkNamespace left, string leftDevice, NetworkNamespace right, string rightDevice, int queues = 1)
    {
        string shape = $"numrxqueues {queues} numtxqueues {queues}";
        left.Ip($"link add dev {leftDevice} {shape} type veth peer name {rightDevice} netns {right.Name} {shape}");
        left.Run("ethtool", "-K", leftDevice, "tx", "off");
        right.Run("ethtool", "-K", rightDevice, "tx", "off");
        left.Ip($"link set dev {leftDevice} up");
        right.Ip($"link set dev {rightDevice} up");
    }

    /// <summary>Has frames that arrive on a device come to another queue of the host behind the next one, by
    /// chance.</summary>
    public void Spray(string device)
    {
        string program = Path.Combine(Region.Root, "artifacts/bpf/spray.bpf.o");
        Run("tc", "qdisc", "add", "dev", device, "clsact");
        Run("tc", "filter", "add", "dev", device, "ingress", "bpf", "direct-action", "obj", program, "sec", "tc");
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Command.Try(TimeSpan.FromSeconds(20), "ip", "netns", "del", Name);

    private static void SweepDeadRuns()
    {
        foreach (string line in Command.Run("ip", "netns", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = line.Split(' ')[0];
            if (name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out int pid)
                && !Directory.Exists($"/proc/{pid}"))
                Command.Try(TimeSpan.FromSeconds(20), "ip", "netns", "del", name);
        }
    }
}
