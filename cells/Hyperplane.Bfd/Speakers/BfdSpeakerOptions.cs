using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bfd;

/// <summary>What all sessions of a node have in common.</summary>
public sealed record BfdSpeakerOptions
{
    /// <summary>Where packets are received; IPv4, any address by default.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Any;

    /// <summary>Real-time priority to ask for, 1..99; 0: stay an ordinary thread.</summary>
    public int RealTimePriority { get; init; } = 40;

    /// <summary>Most peers, 1..1024.</summary>
    public int MaxPeers { get; init; } = 256;

    /// <summary>Everything wrong with these options, for the operator; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (ListenAddress.AddressFamily != AddressFamily.InterNetwork)
            problems.Add($"BFD listen address {ListenAddress} is not an IPv4 address");
        if (RealTimePriority is < 0 or > 99)
            problems.Add($"BFD real-time priority {RealTimePriority} is not in 0..99");
        if (MaxPeers is < 1 or > 1024)
            problems.Add($"BFD peer limit {MaxPeers} is not in 1..1024");
        return problems;
    }
}
