using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Controller.Stats;

/// <summary>What was counted at one thing, or at several together.</summary>
internal sealed class TrafficSum
{
    private readonly SortedDictionary<DropReason, long> _drops = [];

    /// <summary>Flows, frames, bytes and resets.</summary>
    public FlowCount Flows { get; private set; }

    /// <summary>Frames that were dropped, by reason, in order.</summary>
    public IReadOnlyList<DropCount> Drops => [.. _drops.Select(one => new DropCount(one.Key, one.Value))];

    /// <summary>Adds flows, frames, bytes and resets.</summary>
    public void Add(FlowCount flows) => Flows += flows;

    /// <summary>Adds frames dropped for the reason with a number; of one that nobody here knows, as another.</summary>
    public void AddDrops(int number, long packets)
    {
        if (packets == 0)
            return;
        DropReason reason = Enum.IsDefined((DropReason)number) ? (DropReason)number : DropReason.Other;
        _drops[reason] = _drops.GetValueOrDefault(reason) + packets;
    }

    /// <summary>Adds another sum.</summary>
    public void Add(TrafficSum other)
    {
        Flows += other.Flows;
        foreach ((DropReason reason, long packets) in other._drops)
            AddDrops((int)reason, packets);
    }
}
