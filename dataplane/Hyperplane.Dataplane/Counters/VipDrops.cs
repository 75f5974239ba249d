using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Counters;

/// <summary>The reasons of drops that are counted by VIP: limits of new flows, which the XDP program asks before
/// anybody knows the listener.</summary>
public static class VipDrops
{
    /// <summary>In the order of their columns.</summary>
    public static ImmutableArray<PacketCounter> Reasons { get; } =
    [
        PacketCounter.DropSourceRate, PacketCounter.DropVipRate, PacketCounter.DropTenantRate,
        PacketCounter.DropChallengeRate,
    ];
}
