namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>A node as it is wanted and as it reports.</summary>
/// <param name="Name">Unique in the cell.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="Address">Its address on the fabric.</param>
/// <param name="SnatAddresses">Its source addresses towards targets.</param>
/// <param name="ProbeAddress">Its source address of health checks.</param>
/// <param name="Draining">Whether it is asked to leave.</param>
/// <param name="RunningVersion">The snapshot it runs; 0 when none.</param>
/// <param name="WantedVersion">The newest snapshot of its cell.</param>
/// <param name="Refusal">Why it refused the newest snapshot; null when it did not.</param>
/// <param name="LastSeenAt">Its last report; null when never.</param>
/// <param name="Peers">Its BGP sessions.</param>
/// <param name="Announced">The prefixes it announces.</param>
/// <param name="Counters">The dataplane's counters by name.</param>
public sealed record Node(
    string Name,
    string Cell,
    string Address,
    IReadOnlyList<string> SnatAddresses,
    string ProbeAddress,
    bool Draining,
    ulong RunningVersion,
    ulong WantedVersion,
    string? Refusal,
    DateTimeOffset? LastSeenAt,
    IReadOnlyList<NodePeer> Peers,
    IReadOnlyList<string> Announced,
    IReadOnlyDictionary<string, ulong> Counters)
{
    /// <summary>Its IPv6 address on the fabric; null in a zone without IPv6 pools.</summary>
    public string? Ipv6Address { get; init; }

    /// <summary>Target groups that it sends some targets of nothing: it has no IPv6 address to begin tunnels
    /// at.</summary>
    public IReadOnlyList<string> UnservedGroups { get; init; } = [];

    /// <summary>Its IPv6 source address of health checks; null likewise.</summary>
    public string? Ipv6ProbeAddress { get; init; }
}
