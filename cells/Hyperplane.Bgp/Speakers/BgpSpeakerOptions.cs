using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp;

/// <summary>Who we are and whom we talk to.</summary>
public sealed record BgpSpeakerOptions
{
    /// <summary>Most peers of one speaker.</summary>
    public const int MaxPeers = 64;

    /// <summary>Our AS number, 1..4294967294.</summary>
    public required uint LocalAs { get; init; }

    /// <summary>Our BGP identifier, written as an IPv4 address, not 0.0.0.0; unique in our AS (RFC 6286).</summary>
    public required IPAddress RouterId { get; init; }

    /// <summary>The routers, at most 64; each address and port once.</summary>
    public IReadOnlyList<BgpPeerOptions> Peers { get; init; } = [];

    /// <summary>Most prefixes that may be desired at once, 1..1000000.</summary>
    public int MaxPrefixes { get; init; } = 65_536;

    /// <summary>Everything wrong with these options, for the operator; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (LocalAs is 0 or uint.MaxValue)
            problems.Add("local AS must be 1..4294967294");
        if (RouterId.AddressFamily != AddressFamily.InterNetwork || RouterId.Equals(IPAddress.Any))
            problems.Add($"router id {RouterId} must be an IPv4 address other than 0.0.0.0");
        if (MaxPrefixes is < 1 or > 1_000_000)
            problems.Add($"prefix limit {MaxPrefixes} is not in 1..1000000");
        if (Peers.Count > MaxPeers)
            problems.Add($"{Peers.Count} peers are more than {MaxPeers}");
        foreach (BgpPeerOptions peer in Peers)
            problems.AddRange(peer.Problems());
        foreach (var twice in Peers.GroupBy(static p => (p.Address, p.Port)).Where(static g => g.Count() > 1))
            problems.Add($"peer {twice.Key.Address} port {twice.Key.Port} is named {twice.Count()} times");
        return problems;
    }
}
