using System.Net;

namespace Hyperplane.Mesh.Sessions;

/// <summary>The peers of the last list.</summary>
internal sealed class PeerTable(MeshOptions options)
{
    private readonly Dictionary<ushort, PeerState> _byNode = [];
    private readonly Random _random = new(options.Seed);
    private volatile PeerState[] _all = [];

    /// <summary>All peers; any thread.</summary>
    public PeerState[] All => _all;

    public PeerState? Find(ushort node) => _byNode.GetValueOrDefault(node);

    public bool HasAddress(IPAddress address) =>
        Array.Exists(_all, peer => peer.Peer.Address.Address.Equals(address));

    /// <summary>Takes over a list; a peer whose address changed is another peer.</summary>
    /// <returns>Those that are gone.</returns>
    public IReadOnlyList<PeerState> Apply(IReadOnlyList<MeshPeer> peers, long nowNs)
    {
        var wanted = peers.Where(peer => peer.NodeId != options.NodeId).ToDictionary(static peer => peer.NodeId);
        var gone = _all.Where(known => wanted.GetValueOrDefault(known.Peer.NodeId) != known.Peer).ToList();
        foreach (PeerState peer in gone)
            _byNode.Remove(peer.Peer.NodeId);
        foreach (MeshPeer peer in wanted.Values.Where(peer => !_byNode.ContainsKey(peer.NodeId)))
        {
            _byNode[peer.NodeId] = new PeerState(peer, options.NodeId < peer.NodeId)
            {
                RetryAtNs = nowNs,
                Start = gone.Find(old => old.Peer.NodeId == peer.NodeId)?.Start ?? 0,
            };
        }

        _all = [.. _byNode.Values.OrderBy(static peer => peer.Peer.NodeId)];
        return gone;
    }

    /// <summary>Plans the next attempt: after the first pause, doubled by each failure, half of it by
    /// chance.</summary>
    public void PlanRetry(PeerState peer, long nowNs, bool held)
    {
        peer.Failures = held ? 0 : Math.Min(peer.Failures + 1, 30);
        double pauseMs = Math.Min(
            options.RetryMax.TotalMilliseconds,
            options.RetryFirst.TotalMilliseconds * Math.Pow(2, Math.Max(0, peer.Failures - 1)));
        peer.RetryAtNs = nowNs + (long)(pauseMs * (0.5 + (_random.NextDouble() / 2)) * 1_000_000);
    }
}
