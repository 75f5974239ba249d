using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Keys that the directory was asked for, with the frames that wait for the answer.</summary>
/// <remarks>Bounded three ways, so that a flood of unknown keys costs its own frames and nothing else. Frames leave in
/// the order in which they came. Single-threaded; nothing allocates after construction.</remarks>
internal sealed class PendingLookUps
{
    public const int Keys = 2_048;
    public const int Frames = 512;
    public const int FramesPerKey = 8;

    /// <summary>A question without an answer is given up after so long.</summary>
    public const long PatienceNs = 1_000_000_000;

    private const int None = -1;
    private const long TickNs = 20_000_000;

    private readonly KeyColumn _keys = new(Keys);
    private readonly long[] _askedNs = new long[Keys];
    private readonly bool[] _mayCreate = new bool[Keys];
    private readonly bool[] _used = new bool[Keys];
    private readonly byte[] _frameCount = new byte[Keys];
    private readonly int[] _head = new int[Keys];
    private readonly int[] _tail = new int[Keys];
    private readonly int[] _freeKeys = new int[Keys];
    private readonly FrameSlot[] _frames = new FrameSlot[Frames];
    private readonly int[] _next = new int[Frames];
    private readonly KeyIndex _index;
    private int _firstFree;
    private int _framesFree = Frames;
    private int _cursor = Keys;
    private long _scannedNs = long.MinValue;

    public PendingLookUps(ulong seed)
    {
        _index = new KeyIndex(_keys, seed);
        for (int i = 0; i < Keys; i++)
            _freeKeys[i] = Keys - 1 - i;
        for (int i = 0; i < Frames; i++)
            _next[i] = i + 1 < Frames ? i + 1 : None;
    }

    /// <summary>Questions without an answer.</summary>
    public int Count { get; private set; }

    /// <summary>Frames that wait.</summary>
    public int FrameCount => Frames - _framesFree;

    /// <summary>The place of a key that was asked for, or -1.</summary>
    public int Find(in FlowKey key) => _index.Find(key);

    /// <summary>Whether a new key with a frame has room.</summary>
    public bool HasRoom => Count < Keys && _framesFree > 0;

    /// <summary>Whether one more frame of a key has room.</summary>
    public bool HasRoomAt(int place) => _frameCount[place] < FramesPerKey && _framesFree > 0;

    /// <summary>Notes a question; there is room and the key is not there.</summary>
    public int Add(in FlowKey key, bool mayCreate, long nowNs)
    {
        int place = _freeKeys[Keys - ++Count];
        _keys.Set(place, key);
        _askedNs[place] = nowNs;
        _mayCreate[place] = mayCreate;
        _used[place] = true;
        _frameCount[place] = 0;
        _head[place] = _tail[place] = None;
        _index.Add(place);
        return place;
    }

    /// <summary>Keeps a frame; there is room.</summary>
    public void Park(int place, FrameSlot frame)
    {
        int node = _firstFree;
        _firstFree = _next[node];
        _framesFree--;
        _frames[node] = frame;
        _next[node] = None;
        if (_head[place] == None)
            _head[place] = node;
        else
            _next[_tail[place]] = node;
        _tail[place] = node;
        _frameCount[place]++;
    }

    /// <summary>Ends a question; its frames are a chain for <see cref="TryTake"/>, which must be emptied.</summary>
    /// <param name="place">From <see cref="Find"/>.</param>
    /// <param name="mayCreate">Whether "nobody has it" lets a flow be created.</param>
    public int End(int place, out bool mayCreate)
    {
        mayCreate = _mayCreate[place];
        _index.Remove(place);
        _used[place] = false;
        _freeKeys[Keys - Count--] = place;
        return _head[place];
    }

    /// <summary>Takes the next frame of a chain; false when it is empty.</summary>
    public bool TryTake(ref int chain, out FrameSlot frame)
    {
        if (chain == None)
        {
            frame = default;
            return false;
        }
        int node = chain;
        frame = _frames[node];
        chain = _next[node];
        _next[node] = _firstFree;
        _firstFree = node;
        _framesFree++;
        return true;
    }

    /// <summary>The place of a question whose time is over, or -1 when there is none for now.</summary>
    public int NextOverdue(long nowNs)
    {
        if (_cursor == Keys)
        {
            if (Count == 0 || (nowNs - _scannedNs < TickNs && _scannedNs != long.MinValue))
                return None;
            _scannedNs = nowNs;
            _cursor = 0;
        }
        while (_cursor < Keys)
        {
            int place = _cursor++;
            if (_used[place] && nowNs - _askedNs[place] >= PatienceNs)
                return place;
        }
        return None;
    }
}
