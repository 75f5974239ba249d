using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Cells;

/// <summary>The cell as one node sees it at one moment, and who holds what because of it; immutable.</summary>
/// <remarks>
/// Readers of a shard: its first two holding nodes; the first is the arbiter. Writers: those two, the third as well
/// when the owner is one of the two (two copies outlive any one node), and every node on the way that still fills.
/// Two nodes with the same view number agree on the living and the leaving; who holds is news that may travel a little
/// longer, and does no harm: a filling node is written to already.
/// Where replicas live elsewhere they are members too, the only ones that hold; an owner is never one of them.
/// </remarks>
public sealed class CellView
{
    private readonly ShardOrder _order;
    private readonly MemberState[] _members;
    private readonly ushort[][] _readers = new ushort[ShardOrder.Shards][];
    private readonly ushort[][] _writersOfTwo = new ushort[ShardOrder.Shards][];
    private readonly ushort[][] _writersOfThree = new ushort[ShardOrder.Shards][];

    /// <summary>Works out who holds what.</summary>
    /// <param name="order">Made of the same members in the same order, nodes before replicas.</param>
    /// <param name="members">How each stands.</param>
    public CellView(ShardOrder order, IReadOnlyList<MemberState> members)
    {
        _order = order;
        _members = [.. members];
        Number = NumberOf(_members);
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            _readers[shard] = Readers(shard);
            _writersOfTwo[shard] = Take(shard, holders: 2);
            _writersOfThree[shard] = Take(shard, holders: 3);
        }
    }

    /// <summary>Tells views apart: the same number, the same living and leaving nodes and starts. Never 0.</summary>
    public ulong Number { get; }

    /// <summary>All members.</summary>
    public ReadOnlySpan<MemberState> Members => _members;

    /// <summary>Whether more than half of the cell's nodes are alive.</summary>
    public bool HasMajority
    {
        get
        {
            int nodes = _members.Count(IsNode);
            return _members.Count(member => member.IsAlive && IsNode(member)) * 2 > nodes;
        }
    }

    /// <summary>The shard of a key.</summary>
    public int ShardOf(in FlowKey key) => _order.ShardOf(key);

    /// <summary>Whom to ask about a shard, the arbiter first; one or two nodes, none when nobody stays.</summary>
    public ReadOnlySpan<ushort> ReadersOf(int shard) => _readers[shard];

    /// <summary>Whom to tell what becomes of a record whose owner this is.</summary>
    public ReadOnlySpan<ushort> WritersOf(int shard, ushort owner) =>
        _readers[shard].AsSpan().Contains(owner) ? _writersOfThree[shard] : _writersOfTwo[shard];

    /// <summary>Whether a node has a part in a record, by either key.</summary>
    public bool Writes(ushort node, in FlowKey forward, in FlowKey reverse, ushort owner) =>
        WritersOf(ShardOf(forward), owner).Contains(node) || WritersOf(ShardOf(reverse), owner).Contains(node);

    /// <summary>How a node stands; not alive when it is no member.</summary>
    public MemberState this[ushort node]
    {
        get
        {
            int nodes = _members.Length;
            if (_order.IsPinned)
            {
                nodes -= ReplicaAddress.Count;
                if (ReplicaAddress.IsReplica(node))
                    return _members[nodes + node - ReplicaAddress.First];
            }
            // A cell has at most 16 nodes.
            foreach (ref readonly MemberState member in _members.AsSpan(0, nodes))
            {
                if (member.NodeId == node)
                    return member;
            }
            return default;
        }
    }

    /// <summary>Whether an owner goes on living: the node is alive with this start.</summary>
    public bool IsAlive(ushort node, ulong start) => start != 0 && this[node].Start == start;

    private bool IsNode(MemberState member) => !_order.IsPinned || !ReplicaAddress.IsReplica(member.NodeId);

    private ushort[] Readers(int shard)
    {
        ushort[] holding = First(shard, 2, mustHold: true);
        // At a cell's first start nobody holds yet.
        return holding.Length > 0 ? holding : First(shard, 2, mustHold: false);
    }

    private ushort[] First(int shard, int count, bool mustHold)
    {
        Span<ushort> first = stackalloc ushort[count];
        int found = 0;
        foreach (int place in _order.Of(shard))
        {
            MemberState member = _members[place];
            if (found < count && (mustHold ? member.IsHolding : member.IsStaying))
                first[found++] = member.NodeId;
        }
        return first[..found].ToArray();
    }

    private ushort[] Take(int shard, int holders)
    {
        Span<ushort> taken = stackalloc ushort[_order.Of(shard).Length];
        int count = 0;
        int holding = 0;
        foreach (int place in _order.Of(shard))
        {
            if (holding == holders)
                break;
            MemberState member = _members[place];
            if (!member.IsStaying)
                continue;
            taken[count++] = member.NodeId;
            if (member.IsHolding)
                holding++;
        }
        return taken[..count].ToArray();
    }

    private static ulong NumberOf(MemberState[] members)
    {
        ulong number = 1;
        foreach (MemberState member in members.Where(m => m.IsAlive).OrderBy(m => m.NodeId))
        {
            number = FlowHash.Of(number ^ member.Start, member.NodeId);
            number = FlowHash.Of(number, member.IsStaying ? 1UL : 2UL);
        }
        return number | 1;
    }
}
