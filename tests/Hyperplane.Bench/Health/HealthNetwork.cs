using System.Diagnostics;
using System.Globalization;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Health;

/// <summary>A namespace in which a /16 is this host's, where one program answers for all of it, and another leads
/// nowhere.</summary>
/// <remarks>Not 127.0.0.0/8: for that the kernel reuses ports of connections in TIME_WAIT sooner than for a target
/// elsewhere.</remarks>
internal sealed class HealthNetwork : IDisposable
{
    /// <summary>Where connections are accepted and closed.</summary>
    public const int TcpPort = 8080;

    /// <summary>Where HTTP is spoken.</summary>
    public const int HttpPort = 8081;

    /// <summary>Where nobody listens.</summary>
    public const int RefusedPort = 9;

    /// <summary>What probes leave from, as those of a node leave from its probe address.</summary>
    public const string Source = "10.3.0.1";

    private readonly NetworkNamespace _space;
    private readonly Process _answerer;

    private HealthNetwork(NetworkNamespace space, Process answerer) => (_space, _answerer) = (space, answerer);

    /// <summary>Makes it and starts the program that answers.</summary>
    public static async Task<HealthNetwork> UpAsync()
    {
        NetworkNamespace space = NetworkNamespace.Create();
        try
        {
            space.Ip($"address add {Source}/32 dev lo");
            space.Ip("route add local 10.1.0.0/16 dev lo");
            // Frames for no address of its own: the other end drops them.
            space.Ip("link add nowhere type veth peer name nobody");
            space.Ip("link set nowhere arp off up");
            space.Ip("link set nobody up");
            space.Ip("route add 10.2.0.0/16 dev nowhere");
            Process answerer = space.Start("taskset", ["-c", "0", Self, "health", Answerer.Argument]);
            var network = new HealthNetwork(space, answerer);
            string? ready = await answerer.StandardOutput.ReadLineAsync();
            if (ready == Answerer.Ready)
                return network;
            network.Dispose();
            throw new InvalidOperationException($"nobody answers: {ready}");
        }
        catch
        {
            space.Dispose();
            throw;
        }
    }

    /// <summary>The nth target's address.</summary>
    public static string Target(int number, bool silent) => string.Create(
        CultureInfo.InvariantCulture, $"10.{(silent ? 2 : 1)}.{(number / 250) + 1}.{(number % 250) + 1}");

    /// <summary>Runs this program inside, on the last core alone; gives its last line.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using Process process = _space.Start(
            "taskset", ["-c", $"{Environment.ProcessorCount - 1}", Self, "health", .. arguments]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"health {string.Join(' ', arguments)}: {await error}{output}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _answerer.Kill(entireProcessTree: true);
        _answerer.WaitForExit();
        _answerer.Dispose();
        _space.Dispose();
    }

    private static string Self => Environment.ProcessPath ?? throw new InvalidOperationException("no program file");
}
