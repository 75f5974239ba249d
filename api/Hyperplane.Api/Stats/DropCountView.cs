using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>Frames that nodes dropped for a reason.</summary>
internal sealed record DropCountView(
    [property: Required, Description("Why.")] DropReasonName Reason,
    [property: Required, Example(3), Description("Frames; they only grow.")] long Packets)
{
    /// <summary>The controller's count for the wire.</summary>
    public static DropCountView From(DropCount one) => new(ToWire(one.Reason), one.Packets);

    private static DropReasonName ToWire(DropReason reason) => reason switch
    {
        DropReason.NoTarget => DropReasonName.NoTarget,
        DropReason.NoPort => DropReasonName.NoPort,
        DropReason.NotAllowed => DropReasonName.NotAllowed,
        DropReason.FlowTableFull => DropReasonName.FlowTableFull,
        DropReason.HalfOpenFull => DropReasonName.HalfOpenFull,
        DropReason.NoFlow => DropReasonName.NoFlow,
        DropReason.TcpFlags => DropReasonName.TcpFlags,
        DropReason.Hairpin => DropReasonName.Hairpin,
        DropReason.DirectoryUnavailable => DropReasonName.DirectoryUnavailable,
        DropReason.DirectoryTimeout => DropReasonName.DirectoryTimeout,
        DropReason.ParkFull => DropReasonName.ParkFull,
        DropReason.NotMine => DropReasonName.NotMine,
        DropReason.Lost => DropReasonName.Lost,
        DropReason.SourceRate => DropReasonName.SourceRate,
        DropReason.VipRate => DropReasonName.VipRate,
        DropReason.TenantRate => DropReasonName.TenantRate,
        DropReason.ChallengeRate => DropReasonName.ChallengeRate,
        _ => DropReasonName.Other,
    };
}
