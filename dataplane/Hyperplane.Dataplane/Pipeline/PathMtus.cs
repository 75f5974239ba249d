using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What the paths to targets carry, where ICMP errors say that it is less than this node's interface does: the
/// soft state of tunnels (RFC 2003, section 5.1; RFC 4459, section 3.2).</summary>
/// <remarks>An entry is forgotten 10 minutes after it came (RFC 1191, section 6.3), however often it is confirmed, so
/// that a path that became wider is found; then the next long packet finds out anew. Bounded: the oldest makes room.
/// One for all pipelines of a node: locked, while it knows anything, for the few frames that go into tunnels outside
/// the XDP program. Nothing allocates after construction.</remarks>
internal sealed class PathMtus
{
    /// <summary>Addresses that are remembered.</summary>
    public const int Capacity = 1_024;

    /// <summary>How long an entry is believed.</summary>
    public const long LifeNs = 600_000_000_000;

    /// <summary>Every IPv4 host takes packets of this length (RFC 791); an error that says less is believed no
    /// further.</summary>
    public const int LeastIpv4Bytes = 576;

    /// <summary>Every IPv6 path carries packets of this length (RFC 8200).</summary>
    public const int LeastIpv6Bytes = 1_280;

    private const int None = -1;

    private readonly KeyColumn _keys = new(Capacity);
    private readonly int[] _mtuBytes = new int[Capacity];
    private readonly long[] _learnedNs = new long[Capacity];
    private readonly KeyIndex _index;
    private readonly IPathMtuCache? _cache;
    private readonly Lock _lock = new();
    private int _oldest;
    private int _count;

    /// <param name="cache">Told of each change; null for nobody.</param>
    public PathMtus(IPathMtuCache? cache = null)
    {
        _cache = cache;
        _index = new KeyIndex(_keys, seed: 0);
    }

    /// <summary>Addresses that are remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The longest packet to an address: what is known, at most what the interface carries.</summary>
    public int Of(in PacketAddress address, int interfaceBytes)
    {
        if (Count == 0)
            return interfaceBytes;
        lock (_lock)
        {
            int row = _index.Find(KeyOf(address));
            return row == None ? interfaceBytes : Math.Min(_mtuBytes[row], interfaceBytes);
        }
    }

    /// <summary>Takes an error's word; false when it cannot be true: such a packet would have passed.</summary>
    /// <param name="quoted">Source and destination were found to be right.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="mtuBytes">The longest packet to the address from now on.</param>
    public bool TryLearn(in QuotedTunnelView quoted, long nowNs, out int mtuBytes)
    {
        PacketAddress address = quoted.Destination;
        mtuBytes = Math.Max(quoted.MtuBytes, address.IsIpv4 ? LeastIpv4Bytes : LeastIpv6Bytes);
        if (mtuBytes >= quoted.PacketBytes)
            return false;
        lock (_lock)
        {
            FlowKey key = KeyOf(address);
            int row = _index.Find(key);
            if (row != None && _mtuBytes[row] <= mtuBytes)
            {
                mtuBytes = _mtuBytes[row];
                return true;
            }
            if (row == None)
                row = Add(key, nowNs);
            _mtuBytes[row] = mtuBytes;
            _cache?.TryInstall(address, mtuBytes);
            return true;
        }
    }

    /// <summary>Forgets what is old.</summary>
    public void Work(long nowNs)
    {
        if (Count == 0)
            return;
        lock (_lock)
        {
            while (_count > 0 && nowNs - _learnedNs[_oldest] >= LifeNs)
                ForgetOldest();
        }
    }

    private static FlowKey KeyOf(in PacketAddress address) => new(address, address, 0, 0, 0);

    private int Add(in FlowKey key, long nowNs)
    {
        if (_count == Capacity)
            ForgetOldest();
        int row = (_oldest + _count++) % Capacity;
        _keys.Set(row, key);
        _learnedNs[row] = nowNs;
        _index.Add(row);
        return row;
    }

    private void ForgetOldest()
    {
        _cache?.Remove(_keys[_oldest].Source);
        _index.Remove(_oldest);
        _oldest = (_oldest + 1) % Capacity;
        _count--;
    }
}
