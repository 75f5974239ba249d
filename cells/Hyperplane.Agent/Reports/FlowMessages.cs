using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;
using ResetCounters = Hyperplane.Dataplane.Counters.ResetCounters;

namespace Hyperplane.Agent.Reports;

/// <summary>What was counted at listeners and targets, as the controller reads it.</summary>
internal static class FlowMessages
{
    /// <summary>Of a listener, drops apart.</summary>
    public static ListenerCounters OfListener(uint id, FlowCounters flows) => new()
    {
        ListenerId = id,
        NewFlows = flows.NewFlows,
        ActiveFlows = flows.ActiveFlows,
        PacketsIn = flows.PacketsIn,
        BytesIn = flows.BytesIn,
        PacketsOut = flows.PacketsOut,
        BytesOut = flows.BytesOut,
        Resets = OfResets(flows.Resets),
    };

    /// <summary>Of a target.</summary>
    public static TargetCounters OfTarget(uint id, FlowCounters flows) => new()
    {
        TargetId = id,
        NewFlows = flows.NewFlows,
        ActiveFlows = flows.ActiveFlows,
        PacketsIn = flows.PacketsIn,
        BytesIn = flows.BytesIn,
        PacketsOut = flows.PacketsOut,
        BytesOut = flows.BytesOut,
        Resets = OfResets(flows.Resets),
    };

    /// <summary>A listener's drops, in the order of <see cref="ListenerDrops.Reasons"/>.</summary>
    public static IEnumerable<DropCounter> OfDrops(IReadOnlyList<ulong> dropped) =>
        OfDrops(ListenerDrops.Reasons, dropped);

    /// <summary>A VIP's drops, in the order of <see cref="VipDrops.Reasons"/>.</summary>
    public static IEnumerable<DropCounter> OfVipDrops(IReadOnlyList<ulong> dropped) =>
        OfDrops(VipDrops.Reasons, dropped);

    /// <summary>A verdict's name for the controller.</summary>
    public static DropReason ReasonOf(PacketCounter verdict) => verdict switch
    {
        PacketCounter.DropNoTarget => DropReason.NoTarget,
        PacketCounter.DropNoPort => DropReason.NoPort,
        PacketCounter.DropNotAllowed => DropReason.NotAllowed,
        PacketCounter.DropFlowTableFull => DropReason.FlowTableFull,
        PacketCounter.DropHalfOpenFull => DropReason.HalfOpenFull,
        PacketCounter.DropNoFlow => DropReason.NoFlow,
        PacketCounter.DropTcpFlags => DropReason.TcpFlags,
        PacketCounter.DropHairpin => DropReason.Hairpin,
        PacketCounter.DropDirectoryUnavailable => DropReason.DirectoryUnavailable,
        PacketCounter.DropDirectoryTimeout => DropReason.DirectoryTimeout,
        PacketCounter.DropParkFull => DropReason.ParkFull,
        PacketCounter.DropNotMine => DropReason.NotMine,
        PacketCounter.DropLost => DropReason.Lost,
        PacketCounter.DropSourceRate => DropReason.SourceRate,
        PacketCounter.DropVipRate => DropReason.VipRate,
        PacketCounter.DropTenantRate => DropReason.TenantRate,
        PacketCounter.DropChallengeRate => DropReason.ChallengeRate,
        _ => DropReason.Unspecified,
    };

    private static IEnumerable<DropCounter> OfDrops(
        IEnumerable<PacketCounter> reasons, IReadOnlyList<ulong> dropped) => reasons
        .Zip(dropped, (reason, frames) => new DropCounter { Reason = ReasonOf(reason), Frames = frames })
        .Where(one => one.Frames > 0);

    private static Cells.Contracts.ResetCounters? OfResets(ResetCounters resets) => resets == default ? null : new()
    {
        FromClients = resets.FromClients, FromTargets = resets.FromTargets, Own = resets.Own,
    };
}
