using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane;

/// <summary>A node's running dataplane: the room's only door.</summary>
/// <remarks>Made by <c>DataplaneHost.Start(options)</c>; ends with the process or
/// <see cref="IDisposable.Dispose"/>, and nothing stays attached.</remarks>
public interface IDataplane : IDisposable
{
    /// <summary>Replaces the model whole. Null when done; otherwise why it was refused, and the old one
    /// stays.</summary>
    /// <remarks>Not on the packet path: may allocate, takes effect between two batches. Established flows never
    /// move.</remarks>
    string? Apply(DataplaneModel model);

    /// <summary>Replaces what is known of the other nodes of the cell, at once in the XDP program too.</summary>
    /// <remarks>A node on the same subnet is relayed to by its MAC address, another one with IPv4 inside
    /// GUE. Any thread, also after the end, when it does nothing.</remarks>
    void UsePeers(IReadOnlyCollection<PeerNode> peers)
    {
    }

    /// <summary>Whether every pipeline thread beat within a time; for whoever tells other nodes that this one
    /// forwards.</summary>
    /// <remarks>Takes no lock and allocates nothing; any thread, also after the end.</remarks>
    /// <param name="nowNs">CLOCK_MONOTONIC.</param>
    /// <param name="maxAgeNs">How old the oldest last beat may be.</param>
    bool IsFresh(long nowNs, long maxAgeNs) => IsAlive;

    /// <summary>The node stood still for longer than the detection time: other nodes may own its flows by now, and
    /// everything must be started anew. <see cref="Fault"/> says for how long.</summary>
    bool Slept => false;

    /// <summary>The counters of both engines, summed.</summary>
    DataplaneCounters ReadCounters();

    /// <summary>True while every pipeline thread beats and the XDP program is attached.</summary>
    bool IsAlive { get; }

    /// <summary>Why <see cref="IsAlive"/> is false, in words; null while it is true.</summary>
    string? Fault => IsAlive ? null : "the dataplane does not live";
}
