using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>A protocol and port of a VIP.</summary>
internal sealed record ListenerConfig
{
    /// <summary>Distinct among listeners.</summary>
    public required uint Id { get; init; }

    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required IpProtocol Protocol { get; init; }

    /// <summary>1 to 65535.</summary>
    public required ushort Port { get; init; }

    /// <summary>A target group's id, where all flows go to one; null: see <see cref="TargetGroups"/>.</summary>
    public uint? TargetGroup { get; init; }

    /// <summary>1 to 8 groups by weight; empty: see <see cref="TargetGroup"/>.</summary>
    public ImmutableArray<GroupShareConfig> TargetGroups { get; init; } = [];

    /// <summary>A flow without frames for this long is forgotten, 1 to 6000 s; 350 for TCP and 120 for UDP when it is
    /// left out.</summary>
    public int? IdleTimeoutSeconds { get; init; }

    /// <summary>Whose flows may begin, by the client's address, at most 64 prefixes; empty: everybody's.</summary>
    public ImmutableArray<IPNetwork> Allow { get; init; } = [];

    /// <summary>Whose may not, whatever <see cref="Allow"/> says; at most 64.</summary>
    public ImmutableArray<IPNetwork> Deny { get; init; } = [];
}
