using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>A column of keys: 16 bytes an IPv4 key, 56 bytes an IPv6 one.</summary>
/// <remarks>An IPv6 key stands in a row of a second column; what is kept in its place names that row. Memory is taken
/// once, and the system gives that of the second column as rows are first used. Single-threaded.</remarks>
internal sealed class KeyColumn
{
    private const uint Wide = 1u << 31;
    private const int None = -1;

    private readonly FlowKey4[] _keys;
    private readonly FlowKey[] _wide;
    private int _used;
    private int _free = None;

    public KeyColumn(int rows)
    {
        _keys = new FlowKey4[rows];
        _wide = new FlowKey[rows];
    }

    /// <summary>Rows in all.</summary>
    public int Length => _keys.Length;

    /// <summary>The key of a row.</summary>
    public FlowKey this[int row]
    {
        get
        {
            ref readonly FlowKey4 key = ref _keys[row];
            return (key.Protocol & Wide) == 0 ? key.ToKey() : _wide[(int)key.SourceBe];
        }
    }

    /// <summary>Whether a row's key is of an IPv4 frame.</summary>
    public bool IsIpv4(int row) => (_keys[row].Protocol & Wide) == 0;

    /// <summary>Whether a row has a <see cref="TunnelPath"/> in the place of a key.</summary>
    public bool IsTunnelPath(int row)
    {
        ref readonly FlowKey4 key = ref _keys[row];
        return (key.Protocol & Wide) == 0 ? (byte)key.DestinationBe == 0 : TunnelPath.IsIn(_wide[(int)key.SourceBe]);
    }

    /// <summary>Whether a row has this key.</summary>
    public bool Is(int row, in FlowKey key)
    {
        ref readonly FlowKey4 there = ref _keys[row];
        return (there.Protocol & Wide) == 0
            ? key.IsIpv4 && there == FlowKey4.Of(key)
            : _wide[(int)there.SourceBe] == key;
    }

    /// <summary>Writes the key of a row.</summary>
    public void Set(int row, in FlowKey key)
    {
        Clear(row);
        if (key.IsIpv4)
        {
            _keys[row] = FlowKey4.Of(key);
            return;
        }
        int place = _free == None ? _used++ : _free;
        if (_free != None)
            _free = (int)_wide[place].Protocol - 1;
        _wide[place] = key;
        _keys[row] = new FlowKey4((uint)place, 0, 0, 0, Wide);
    }

    /// <summary>Forgets the key of a row.</summary>
    public void Clear(int row)
    {
        FlowKey4 key = _keys[row];
        _keys[row] = default;
        if ((key.Protocol & Wide) == 0)
            return;
        _wide[(int)key.SourceBe] = default(FlowKey) with { Protocol = (uint)(_free + 1) };
        _free = (int)key.SourceBe;
    }

    /// <summary>Asks for the memory of a row's key.</summary>
    public void Expect(int row) => Prefetch.Lines(in _keys[row]);
}
