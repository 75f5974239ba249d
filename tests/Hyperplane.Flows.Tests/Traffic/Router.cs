using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A router: equal-cost paths by a hash over ports and addresses (regions of equal size over the sorted next
/// hops, not resilient), and the longest match for source addresses of nodes.</summary>
internal sealed class Router(ulong seed)
{
    private readonly SortedDictionary<ushort, Announcement> _announced = [];
    private readonly Dictionary<ushort, long> _lastNs = [];
    private ushort[] _vipNodes = [];
    private ushort[] _poolNodes = [];
    private ulong _seed = seed;

    /// <summary>Frames for which there was no route.</summary>
    public int NoRoute { get; private set; }

    /// <summary>Moves flows between nodes for no reason that a node can see.</summary>
    public void Reshuffle(ulong next) => _seed = next;

    /// <summary>When news of a node is in effect, after all that was known of it before.</summary>
    public long InEffectNs(ushort node, long soonestNs)
    {
        long ns = Math.Max(soonestNs, _lastNs.GetValueOrDefault(node) + 1);
        _lastNs[node] = ns;
        return ns;
    }

    public void Set(ushort node, Announcement announcement)
    {
        _announced[node] = announcement;
        _vipNodes = [.. _announced.Where(pair => pair.Value.Vips).Select(pair => pair.Key)];
        _poolNodes = [.. _announced.Where(pair => pair.Value.SnatBe != 0).Select(pair => pair.Key)];
    }

    /// <summary>Where a frame goes; 0 for nowhere.</summary>
    public ushort Choose(in FlowKey key, bool isToVip)
    {
        if (!isToVip)
        {
            foreach ((ushort node, Announcement announcement) in _announced)
            {
                if (announcement.SnatBe == key.Destination.Ipv4Be)
                    return node;
            }
        }
        ushort[] nodes = isToVip ? _vipNodes : _poolNodes;
        if (nodes.Length == 0)
        {
            NoRoute++;
            return 0;
        }
        ulong hash = FlowHash.Of(key, _seed) >> 32;
        return nodes[(int)((hash * (ulong)nodes.Length) >> 32)];
    }
}
