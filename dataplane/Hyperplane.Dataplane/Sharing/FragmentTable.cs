using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Which flow the fragments of a packet belong to: the first one says so, the others wait for it.</summary>
/// <remarks>A packet is (source, destination, protocol, identification). Bounded three ways: packets, fragments of a
/// packet that wait, fragments that wait in all. A packet is forgotten after 2 s, or earlier for a new one when none of
/// its fragments waits. Single-threaded; nothing allocates after construction.</remarks>
internal sealed class FragmentTable
{
    public const int Packets = 1_024;
    public const int FramesPerPacket = 8;
    public const int Frames = 512;
    public const long LifeNs = 2_000_000_000;

    private const int None = -1;
    private const int Mask = Packets - 1;

    private readonly KeyColumn _keys = new(Packets);
    private readonly FlowKey[] _flows = new FlowKey[Packets];
    private readonly bool[] _known = new bool[Packets];
    private readonly long[] _bornNs = new long[Packets];
    private readonly byte[] _waiting = new byte[Packets];
    private readonly int[] _head = new int[Packets];
    private readonly FrameSlot[] _frames = new FrameSlot[Frames];
    private readonly int[] _next = new int[Frames];
    private readonly int[] _ready = new int[Packets];
    private readonly KeyIndex _index;
    private int _firstFree;
    private int _framesFree = Frames;
    private int _oldest;
    private int _readyCount;

    public FragmentTable(ulong seed)
    {
        _index = new KeyIndex(_keys, seed);
        for (int i = 0; i < Frames; i++)
            _next[i] = i + 1 < Frames ? i + 1 : None;
    }

    /// <summary>Packets that are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>The place of a packet, new if need be; -1 when there is no room.</summary>
    public int FindOrAdd(in FlowKey packet, long nowNs)
    {
        int row = _index.Find(packet);
        if (row != None)
            return row;
        if (Count == Packets && !TryForgetOldest())
            return None;
        row = (_oldest + Count++) & Mask;
        _keys.Set(row, packet);
        _known[row] = false;
        _bornNs[row] = nowNs;
        _waiting[row] = 0;
        _head[row] = None;
        _index.Add(row);
        return row;
    }

    /// <summary>The flow of a packet that is remembered; false when it is not, or its first fragment is
    /// missing.</summary>
    public bool TryFindFlow(in FlowKey packet, out FlowKey flow)
    {
        int row = _index.Find(packet);
        flow = row == None ? default : _flows[row];
        return row != None && _known[row];
    }

    /// <summary>The flow of a packet; false while its first fragment is missing.</summary>
    public bool TryGetFlow(int row, out FlowKey flow)
    {
        flow = _flows[row];
        return _known[row];
    }

    /// <summary>Notes what the first fragment says; those that waited are ready.</summary>
    public void Learn(int row, in FlowKey flow)
    {
        if (!_known[row] && _waiting[row] > 0)
            _ready[_readyCount++] = row;
        _flows[row] = flow;
        _known[row] = true;
    }

    /// <summary>Whether one more fragment of a packet may wait.</summary>
    public bool HasRoomAt(int row) => _waiting[row] < FramesPerPacket && _framesFree > 0;

    /// <summary>Keeps a fragment; there is room.</summary>
    public void Park(int row, FrameSlot frame)
    {
        int node = _firstFree;
        _firstFree = _next[node];
        _framesFree--;
        _frames[node] = frame;
        _next[node] = _head[row];
        _head[row] = node;
        _waiting[row]++;
    }

    /// <summary>Takes a fragment whose packet's flow is known by now; false when there is none.</summary>
    public bool TryTakeReady(out FrameSlot frame)
    {
        frame = default;
        while (_readyCount > 0)
        {
            if (TryTake(_ready[_readyCount - 1], out frame))
                return true;
            _readyCount--;
        }
        return false;
    }

    /// <summary>Takes a fragment whose time is over, forgets packets without any; false when there is none.</summary>
    public bool TryTakeOverdue(long nowNs, out FrameSlot frame)
    {
        frame = default;
        while (Count > 0 && nowNs - _bornNs[_oldest] >= LifeNs)
        {
            if (TryTake(_oldest, out frame))
                return true;
            TryForgetOldest();
        }
        return false;
    }

    private bool TryTake(int row, out FrameSlot frame)
    {
        int node = _head[row];
        frame = node == None ? default : _frames[node];
        if (node == None)
            return false;
        _head[row] = _next[node];
        _waiting[row]--;
        _next[node] = _firstFree;
        _firstFree = node;
        _framesFree++;
        return true;
    }

    private bool TryForgetOldest()
    {
        if (_head[_oldest] != None)
            return false;
        _index.Remove(_oldest);
        _oldest = (_oldest + 1) & Mask;
        Count--;
        return true;
    }
}
