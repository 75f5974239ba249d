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

    /// <summary>Replaces what is known of the other nodes of the cell, at once in the XDP program; without IPv4 on the
    /// same subnet a node cannot be relayed to.</summary>
    void UsePeers(IReadOnlyCollection<PeerNode> peers)
    {
    }

    /// <summary>The counters of both engines, summed.</summary>
    DataplaneCounters ReadCounters();

    /// <summary>True while every pipeline thread beats and the XDP program is attached.</summary>
    bool IsAlive { get; }

    /// <summary>Why <see cref="IsAlive"/> is false, in words; null while it is true.</summary>
    string? Fault => IsAlive ? null : "the dataplane does not live";
}
