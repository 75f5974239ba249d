using System.Globalization;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>Turns readings that follow each other into what goes on, and remembers what went on.</summary>
internal sealed class Meter
{
    /// <summary>As many pictures as the widest terminal shows.</summary>
    private const int MaxHistory = 500;

    private readonly List<Rates> _history = [];
    private readonly Dictionary<string, List<double>> _newFlows = new(StringComparer.Ordinal);
    private Stats? _before;

    /// <summary>Takes a reading; null for the first one, and for one that is not newer than the one before.</summary>
    public Picture? Take(Stats now, string health)
    {
        Stats? before = _before;
        if (before?.At >= now.At)
            return null;
        _before = now;
        if (before?.At is not { } since || now.At is not { } at)
            return null;
        double seconds = (at - since).TotalSeconds;
        var rates = Rates.Between(before.Flows, now.Flows, seconds);
        Keep(_history, rates);
        MeteredRow[] rows =
        [
            .. Rows("zone", before.Zones, now.Zones, static one => one.Zone ?? "-", Nodes, seconds),
            .. Rows("listener", before.Listeners, now.Listeners, static one => one.Listener, static _ => null, seconds),
            .. Rows("target", before.Targets, now.Targets, Endpoint, static one => one.State, seconds),
        ];
        foreach (string gone in _newFlows.Keys.Except(rows.Select(Key), StringComparer.Ordinal).ToArray())
            _newFlows.Remove(gone);
        return new Picture(
            at, seconds, health, rates, Drops(before.AllDrops, now.AllDrops, seconds), [.. _history], rows);
    }

    private IEnumerable<MeteredRow> Rows(
        string part, IReadOnlyList<Counted>? before, IReadOnlyList<Counted>? now, Func<Counted, string> name,
        Func<Counted, string?> state, double seconds)
    {
        ILookup<string, Counted> known = (before ?? []).ToLookup(name, StringComparer.Ordinal);
        foreach (Counted one in now ?? [])
        {
            // What is new begins with nothing: its counts are of this time.
            Counted? older = known[name(one)].FirstOrDefault();
            var rates = Rates.Between(older?.Flows ?? FlowCount.None, one.Flows, seconds);
            var row = new MeteredRow(
                part, name(one), state(one), rates, Drops(older?.Drops, one.Drops, seconds), []);
            if (!_newFlows.TryGetValue(Key(row), out List<double>? flows))
                _newFlows[Key(row)] = flows = [];
            Keep(flows, rates.NewFlows);
            yield return row with { NewFlows = [.. flows] };
        }
    }

    private static IReadOnlyList<DropRate> Drops(
        IReadOnlyList<DropCount>? before, IReadOnlyList<DropCount>? now, double seconds) =>
    [
        .. (now ?? [])
            .Select(drop => new DropRate(drop.Reason, Rates.Rate(
                (before ?? []).FirstOrDefault(one => one.Reason == drop.Reason)?.Packets ?? 0, drop.Packets, seconds)))
            .Where(static drop => drop.Packets > 0)
            .OrderByDescending(static drop => drop.Packets)
            .ThenBy(static drop => drop.Reason, StringComparer.Ordinal),
    ];

    private static void Keep<T>(List<T> history, T newest)
    {
        history.Add(newest);
        if (history.Count > MaxHistory)
            history.RemoveAt(0);
    }

    private static string Key(MeteredRow row) => $"{row.Part} {row.Name}";

    private static string? Nodes(Counted zone) => zone.Nodes is { } nodes
        ? string.Create(CultureInfo.InvariantCulture, $"{nodes} {(nodes == 1 ? "node" : "nodes")}")
        : null;

    private static string Endpoint(Counted target) => Target.Endpoint(target.Address ?? "-", target.Port ?? 0);
}
