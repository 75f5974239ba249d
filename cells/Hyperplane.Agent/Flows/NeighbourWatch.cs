using System.Collections.Immutable;
using System.Net;
using Hyperplane.Bfd;

namespace Hyperplane.Agent.Flows;

/// <summary>BFD with the routers and with the other nodes of the cell.</summary>
/// <param name="options">Who this is.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Jitter.</param>
/// <param name="isFresh">Whether this node forwards: otherwise nothing is sent.</param>
/// <param name="onNode">A node was found or lost; on the BFD thread, returns at once.</param>
/// <param name="onRouterLost">A router was lost, and nobody meant it to be; likewise.</param>
internal sealed class NeighbourWatch(
    CellFlowsOptions options, TimeProvider time, Random random, Func<long, bool> isFresh, Action<ushort, bool> onNode,
    Action<IPAddress> onRouterLost)
    : IDisposable
{
    private BfdSpeaker? _speaker;
    private ImmutableDictionary<IPAddress, ushort> _nodes = ImmutableDictionary<IPAddress, ushort>.Empty;

    /// <summary>Whether the thread runs before all ordinary ones.</summary>
    public bool IsRealTime => _speaker?.IsRealTime ?? false;

    /// <summary>Times a session left Up.</summary>
    public ulong Flaps => (ulong)(_speaker?.Peers.Sum(peer => peer.Flaps) ?? 0);

    /// <summary>Begins with the routers.</summary>
    public void Start()
    {
        _speaker = new BfdSpeaker(
            new BfdSpeakerOptions(), time, random, new BfdCallbacks { IsFresh = isFresh, Changed = OnChanged });
        SetNodes([]);
    }

    /// <summary>Replaces the nodes that are watched.</summary>
    public void SetNodes(IReadOnlyCollection<FlowMember> others)
    {
        var intervals = new BfdIntervals
        {
            DesiredMinTxMs = options.Bfd.IntervalMs,
            RequiredMinRxMs = options.Bfd.IntervalMs,
            DetectMult = options.Bfd.Multiplier,
        };
        _nodes = others.ToImmutableDictionary(member => member.Address, member => member.Id);
        _speaker?.SetPeers(
        [
            .. options.Routers.Concat(others.Select(member => member.Address)).Distinct().Select(address =>
                new BfdPeerOptions { Address = address, LocalAddress = options.Address, Intervals = intervals }),
        ]);
    }

    /// <summary>Tells the neighbours that the end is meant.</summary>
    public void Close() => _speaker?.Close();

    /// <inheritdoc/>
    public void Dispose() => _speaker?.Dispose();

    /// <summary>Silence alone is death: a node that says it does not hear us speaks.</summary>
    private void OnChanged(BfdChange change)
    {
        if (!_nodes.TryGetValue(change.Peer, out ushort node))
        {
            if (change.IsFault)
                onRouterLost(change.Peer);
            return;
        }

        if (change.To == BfdState.Up)
            onNode(node, true);
        else if (change is { From: BfdState.Up, Cause: BfdCause.DetectionTimeExpired })
            onNode(node, false);
    }
}
