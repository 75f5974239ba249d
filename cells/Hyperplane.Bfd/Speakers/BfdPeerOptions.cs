using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bfd;

/// <summary>A neighbour, one hop away, to keep a session with: a router or another node.</summary>
public sealed record BfdPeerOptions
{
    /// <summary>The neighbour's IPv4 address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Our end, which the neighbour knows us by; null: the address the kernel chooses.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>How fast the session runs.</summary>
    public BfdIntervals Intervals { get; init; } = BfdIntervals.Default;

    internal IEnumerable<string> Problems()
    {
        if (Address.AddressFamily != AddressFamily.InterNetwork || Address.Equals(IPAddress.Any))
            yield return $"BFD peer {Address}: must be an IPv4 address other than 0.0.0.0";
        if (LocalAddress is not null && LocalAddress.AddressFamily != AddressFamily.InterNetwork)
            yield return $"BFD peer {Address}: local address {LocalAddress} is not an IPv4 address";
        foreach (string problem in Intervals.Problems())
            yield return $"BFD peer {Address}: {problem}";
    }
}
