using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What nodes counted while they ran: proof that a simulation meets what it is to test.</summary>
internal sealed class Encounters
{
    private static readonly FlowDirectoryCounter[] WantedOfDirectory =
    [
        FlowDirectoryCounter.Won, FlowDirectoryCounter.Lost, FlowDirectoryCounter.Claimed,
        FlowDirectoryCounter.ClaimsLost, FlowDirectoryCounter.Displaced, FlowDirectoryCounter.LookUps,
        FlowDirectoryCounter.Relayed, FlowDirectoryCounter.Absent, FlowDirectoryCounter.Unavailable,
        FlowDirectoryCounter.PutsRefused, FlowDirectoryCounter.Resent, FlowDirectoryCounter.Expired,
        FlowDirectoryCounter.StrayAnswers,
    ];

    private static readonly PacketCounter[] WantedOfPipeline =
    [
        PacketCounter.Forwarded, PacketCounter.Encapsulated, PacketCounter.Relayed, PacketCounter.Parked,
        PacketCounter.Released,
        PacketCounter.ResetSent, PacketCounter.Unreplicated, PacketCounter.DropNotMine, PacketCounter.DropNoFlow,
        PacketCounter.DropDirectoryUnavailable, PacketCounter.HeaderSent, PacketCounter.HandedOver,
    ];

    private readonly Dictionary<string, ulong> _counts = [];

    /// <summary>What was never met.</summary>
    public IEnumerable<string> Missing =>
        WantedOfDirectory.Select(counter => counter.ToString())
            .Concat(WantedOfPipeline.Select(counter => counter.ToString()))
            .Where(name => _counts.GetValueOrDefault(name) == 0);

    public void Add(FlowDirectoryCounters directory, Func<PacketCounter, ulong> packets)
    {
        foreach (FlowDirectoryCounter counter in WantedOfDirectory)
            Add(counter.ToString(), (ulong)directory[counter]);
        foreach (PacketCounter counter in WantedOfPipeline)
            Add(counter.ToString(), packets(counter));
    }

    public void Add(Encounters others)
    {
        foreach ((string name, ulong count) in others._counts)
            Add(name, count);
    }

    public override string ToString() => string.Join(", ", _counts.Select(pair => $"{pair.Key} {pair.Value}"));

    private void Add(string name, ulong count) => _counts[name] = _counts.GetValueOrDefault(name) + count;
}
