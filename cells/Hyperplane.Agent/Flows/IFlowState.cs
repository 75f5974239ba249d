using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Health;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Agent.Flows;

/// <summary>This node's part in its cell's flow state: the directory's end, the mesh to the other nodes, and the watch
/// over who lives.</summary>
public interface IFlowState : IDisposable
{
    /// <summary>Called when BFD lost a router, and nobody meant it to be; on the BFD thread, returns at once.</summary>
    Action<IPAddress>? RouterLost { get; set; }

    /// <summary>Where the pipeline meets the directory; for the dataplane's options.</summary>
    FlowExchange? Exchange { get; }

    /// <summary>The votes on targets that travel over the mesh.</summary>
    BallotMail Ballots { get; }

    /// <summary>Whether this node was filled since its start: before that nothing is announced.</summary>
    bool Holds { get; }

    /// <summary>The source ports that this start gives out, kept on disk before anything uses them.</summary>
    /// <param name="addresses">The node's source addresses, at least one.</param>
    /// <exception cref="Runtime.PartException">They cannot be kept on disk.</exception>
    SnatLease Lease(ImmutableArray<IPAddress> addresses);

    /// <summary>Whether a source address is not announced by this node for now, because flows of its earlier starts are
    /// carried on by others.</summary>
    bool IsQuarantined(IPAddress address);

    /// <summary>Keeps on disk, now and then, that the lease is in use.</summary>
    void Tick();

    /// <summary>Begins, for a dataplane that was started with <see cref="Exchange"/>.</summary>
    void Attach(IDataplane dataplane);

    /// <summary>Replaces the nodes of the cell.</summary>
    void SetMembers(IReadOnlyCollection<FlowMember> members);

    /// <summary>This node leaves, or stays after all: others claim its flows as their packets come.</summary>
    void SetDraining(bool isDraining);

    /// <summary>What happened since the start, by name.</summary>
    IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters();

    /// <summary>The planned end: the others are told, and need not find out.</summary>
    void Close();
}
