using System.Collections.Immutable;

namespace Hyperplane.Dataplane.Model;

/// <summary>Targets that share the flows of a listener.</summary>
/// <remarks>When it has not enough usable targets (<see cref="HasEnough"/>) the dataplane fails open over all that are
/// not draining and have a weight.</remarks>
/// <param name="Id">Stable.</param>
/// <param name="Targets">Of either address family.</param>
/// <param name="Selection">Who takes a new flow.</param>
/// <param name="Tunnel">Mode <c>dsr</c>: targets answer clients themselves, from the VIP; null for mode
/// <c>nat</c>.</param>
/// <param name="ProxyProtocol">TCP in mode <c>nat</c>: a connection begins with a proxy protocol header, version 2,
/// that names the client.</param>
public sealed record TargetGroupModel(
    uint Id, ImmutableArray<TargetModel> Targets, TargetSelection Selection = TargetSelection.FiveTuple,
    TunnelModel? Tunnel = null, bool ProxyProtocol = false)
{
    /// <summary>So many targets must be usable, 1 or more.</summary>
    public int MinHealthyCount { get; init; } = 1;

    /// <summary>So many of a hundred must be, 0 to 100.</summary>
    public int MinHealthyPercent { get; init; }

    /// <summary>Whether usable targets are enough to take all new flows.</summary>
    /// <param name="usable">Those that are <see cref="TargetModel.Usable"/>.</param>
    /// <param name="open">Those that would be if they were healthy.</param>
    public bool HasEnough(int usable, int open) => HasEnough(MinHealthyCount, MinHealthyPercent, usable, open);

    /// <summary>The same of a group that is no model yet.</summary>
    public static bool HasEnough(int minCount, int minPercent, int usable, int open) =>
        usable >= Math.Max(1, minCount) && usable * 100L >= (long)minPercent * open;
}
