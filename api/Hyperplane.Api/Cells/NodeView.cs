using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>A node as it is wanted and as it reports.</summary>
internal sealed record NodeView
{
    [Required, Example("node-a1"), Description("Unique in its cell.")]
    public required string Name { get; init; }

    [Required, Example("a1"), Description("Its cell.")]
    public required string Cell { get; init; }

    [Required, Example("10.1.0.11"), Description("Its address on the fabric.")]
    public required string Address { get; init; }

    [Required, Description("Its IPv6 address on the fabric; null in a zone without IPv6.")]
    public required string? Ipv6Address { get; init; }

    [Required, Description("Its source addresses towards targets.")]
    public required IReadOnlyList<string> SnatAddresses { get; init; }

    [Required, Example("198.19.1.1"), Description("Its source address of health checks.")]
    public required string ProbeAddress { get; init; }

    [Required, Description("Its IPv6 source address of health checks; null in a zone without IPv6.")]
    public required string? Ipv6ProbeAddress { get; init; }

    [Required, Description("Whether it is asked to leave.")]
    public required bool Draining { get; init; }

    [Required, Description("The snapshot that it runs; 0 when none.")]
    public required long RunningVersion { get; init; }

    [Required, Description("The newest snapshot of its cell.")]
    public required long WantedVersion { get; init; }

    [Required, Description("Why it refused the newest snapshot; null when it did not.")]
    public required string? Refusal { get; init; }

    [Required, Description("Target groups whose targets it sends nothing: it has no IPv6 address to begin tunnels at.")]
    public required IReadOnlyList<string> UnservedGroups { get; init; }

    [Required, Description("Its last report; null when never.")]
    public required DateTimeOffset? LastSeenAt { get; init; }

    [Required, Description("Its BGP sessions.")]
    public required IReadOnlyList<PeerView> Peers { get; init; }

    [Required, Description("The prefixes that it announces.")]
    public required IReadOnlyList<string> Announced { get; init; }

    [Required, Description("What it counted, by name.")]
    public required IReadOnlyDictionary<string, ulong> Counters { get; init; }

    /// <summary>The controller's node for the wire.</summary>
    public static NodeView From(Node node) => new()
    {
        Name = node.Name,
        Cell = node.Cell,
        Address = node.Address,
        Ipv6Address = node.Ipv6Address,
        SnatAddresses = node.SnatAddresses,
        ProbeAddress = node.ProbeAddress,
        Ipv6ProbeAddress = node.Ipv6ProbeAddress,
        Draining = node.Draining,
        RunningVersion = (long)node.RunningVersion,
        WantedVersion = (long)node.WantedVersion,
        Refusal = node.Refusal,
        UnservedGroups = node.UnservedGroups,
        LastSeenAt = node.LastSeenAt,
        Peers = [.. node.Peers.Select(PeerView.From)],
        Announced = node.Announced,
        Counters = node.Counters,
    };
}
