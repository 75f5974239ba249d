using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats;

/// <summary>What was counted at a load balancer or a target group.</summary>
internal sealed record Stats(
    FlowCount Flows, IReadOnlyList<Counted>? Zones = null, IReadOnlyList<Counted>? Listeners = null,
    IReadOnlyList<Counted>? Targets = null, DateTimeOffset? At = null,
    IReadOnlyList<DropCount>? Drops = null)
{
    /// <summary>All drops by reason; summed from the parts where the API does not tell the sum.</summary>
    public IReadOnlyList<DropCount> AllDrops => Drops ??
    [
        .. (Listeners ?? []).SelectMany(static one => one.Drops ?? [])
            .Concat((Zones ?? []).SelectMany(static one => one.Drops ?? []).Where(static drop => drop.IsRate))
            .GroupBy(static drop => drop.Reason)
            .Select(static same => new DropCount(same.Key, same.Sum(static drop => drop.Packets))),
    ];

    /// <summary>All of it.</summary>
    public static void Describe(Stats one, Details details) => details
        .Add("At", Moment.Of(one.At))
        .Add("All", FlowCount.Columns<Stats>(static all => all.Flows), [one])
        .Add("Zones", Counted.OfZones, one.Zones ?? [])
        .Add("Listeners", Counted.OfListeners, one.Listeners ?? [])
        .Add("Targets", Counted.OfTargets, one.Targets ?? [])
        .Add("Drops", DropCount.Columns,
            [
                .. (one.Listeners ?? []).SelectMany(at => (at.Drops ?? []).Select(drop => (at, drop))),
                .. (one.Zones ?? []).SelectMany(at => (at.Drops ?? []).Where(drop => drop.IsRate)
                    .Select(drop => (at, drop))),
            ]);
}
