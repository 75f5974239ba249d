using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Cells;

/// <summary>The members of the cell and what is known of each; makes views of it.</summary>
internal sealed class MemberTable
{
    private readonly FlowDirectoryOptions _options;
    private readonly Dictionary<ushort, MemberState> _known = [];
    private ushort[] _nodes;
    private ushort[] _members;
    private ShardOrder _order;

    public MemberTable(FlowDirectoryOptions options)
    {
        _options = options;
        _nodes = [options.NodeId];
        (_members, _order) = Arrange(_nodes);
    }

    public void Set(IReadOnlyList<CellMember> members)
    {
        ushort[] wanted = [.. members.Select(member => member.NodeId).Append(_options.NodeId).Distinct().Order()];
        if (wanted.AsSpan().SequenceEqual(_nodes))
            return;
        _nodes = wanted;
        (_members, _order) = Arrange(_nodes);
    }

    public void Up(ushort node, ulong start) => _known[node] = new MemberState(node, start, NodeFlags.None, 0);

    public void Down(ushort node) => _known.Remove(node);

    /// <summary>Notes how a node stands; true when that is news.</summary>
    public bool Note(ushort node, NodeFlags flags, ulong completeView)
    {
        if (!_known.TryGetValue(node, out MemberState state))
            return false;
        MemberState noted = state with { Flags = flags, CompleteView = completeView };
        _known[node] = noted;
        return noted != state;
    }

    /// <summary>The cell now, with ourselves standing like this.</summary>
    public CellView View(NodeFlags own) => new(_order, [.. _members.Select(node => State(node, own))]);

    /// <summary>The incarnation of a member; 0 while it is not alive.</summary>
    public ulong StartOf(ushort node) => _known.GetValueOrDefault(node).Start;

    /// <summary>Whether all living other nodes said that they are complete in a view.</summary>
    public bool AllCompleteIn(CellView view) =>
        _nodes.All(node => node == _options.NodeId || !_known.TryGetValue(node, out MemberState state)
            || state.CompleteView == view.Number);

    private (ushort[] Members, ShardOrder Order) Arrange(ushort[] nodes)
    {
        if (!_options.ReplicasLiveElsewhere)
            return (nodes, new ShardOrder(nodes, _options.CellSeed));
        if (ReplicaAddress.IsReplica(nodes[^1]))
            throw new ArgumentException($"node {nodes[^1]} has the address of a replica", nameof(nodes));
        ushort[] members =
        [
            .. nodes,
            .. Enumerable.Range(ReplicaAddress.First, ReplicaAddress.Count).Select(address => (ushort)address),
        ];
        return (members, ShardOrder.Pinned(members, _options.CellSeed));
    }

    private MemberState State(ushort node, NodeFlags own) => node == _options.NodeId
        ? new MemberState(node, _options.Start, own, 0)
        : _known.GetValueOrDefault(node, new MemberState(node, 0, NodeFlags.None, 0));
}
