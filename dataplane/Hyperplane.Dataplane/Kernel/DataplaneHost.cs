using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>Starts dataplanes.</summary>
public static class DataplaneHost
{
    /// <summary>Loads and attaches the XDP program, opens the AF_XDP sockets and starts the threads.</summary>
    /// <remarks>On return nothing is ours yet: the first model says what is. Call it in the interface's network
    /// namespace, as root or with CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW.</remarks>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="KernelException">The kernel refused; the message says what to do.</exception>
    public static IDataplane Start(DataplaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string? refusal = Check(options);
        if (refusal is not null)
            throw new ArgumentException(refusal, nameof(options));
        return KernelDataplane.Start(options, TimeProvider.System);
    }

    /// <summary>The rights that <see cref="Start"/> needs and this process does not have, in words; null when it has
    /// all.</summary>
    public static string? MissingRights() => ProcessRights.Missing() is { Count: > 0 } missing
        ? $"the process does not have {string.Join(", ", missing)}: run it as root, or give it these capabilities"
        : null;

    private static string? Check(DataplaneOptions options) =>
        options.NodeId == 0 ? "The node id is 0; 1 to 65535 are allowed"
        : Range("flow capacity", options.FlowCapacity, 1_024, 16_777_216)
            ?? Range("half-open capacity", options.HalfOpenCapacity, 256, 1_048_576)
            ?? Range("number of challenges a second", options.ChallengesPerSecond, 0, 10_000_000)
            ?? Range("time that a source is known in s", options.KnownSourceSeconds, 1, 3_600)
            ?? Range("number of queues", options.Queues, 0, FlowHomes.Classes)
            ?? Range("stall timeout in ms", options.StallTimeoutMs, 0, 60_000)
            ?? Range("VLAN's number", options.Vlan, 0, Packets.VlanTag.LargestId)
            ?? Range("real-time priority", options.RealTimePriority, 0, 50)
            ?? Range("first source port", options.FirstSnatPort, 1, 65_535)
            ?? Range("last source port", options.LastSnatPort, options.FirstSnatPort + FlowHomes.Classes - 1, 65_535)
            ?? (options.FabricAddress is null or { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork }
                ? null
                : $"The fabric address {options.FabricAddress} is not IPv4")
            ?? (MaglevSize.IsAllowed(options.MaglevTableSize)
                ? null
                : $"The Maglev table size is {options.MaglevTableSize}; a prime from 251 to 655,373 is needed");

    private static string? Range(string name, int value, int least, int most) =>
        value >= least && value <= most ? null : $"The {name} is {value}; {least} to {most} are allowed";
}
