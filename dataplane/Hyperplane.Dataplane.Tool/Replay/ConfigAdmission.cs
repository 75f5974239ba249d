using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>How many flows may begin, in a capture's time, by both engines.</summary>
internal static class ConfigAdmission
{
    // The same in every replay, so that one comes out as the other; a node's own key leaves the node nowhere.
    private const ulong KeyFirst = 0x0706050403020100;
    private const ulong KeyLast = 0x0f0e0d0c0b0a0908;

    /// <summary>With empty buckets.</summary>
    public static FlowAdmission Of(HpdpConfig config, FlowTable flows) => new(
        config.Vips.Select(Vip),
        new ChallengeSettings(KeyFirst, KeyLast, config.Challenges.PerSecond, config.Challenges.KnownSeconds),
        new PrefixSet(config.OwnPrefixes))
    {
        IsCrowded = () => flows.IsCrowded,
        IsEstablished = key =>
        {
            int slot = flows.Find(key, out _);
            return slot != FlowTable.None && flows.Columns.State[slot] == FlowState.Established;
        },
    };

    private static LimitedVip Vip(VipConfig vip) => new(
        vip.Id, PacketAddress.Of(vip.Address),
        vip.NewFlows is { } limits
            ? new AdmissionModel(limits.PerVip, limits.Tenant, limits.PerTenant, limits.PerSource, [])
            : null,
        vip.NewFlows?.Nodes ?? 1);
}
