using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Cells;

/// <summary>The members of the cell and what is known of each; makes views of it.</summary>
internal sealed class MemberTable
{
    private readonly FlowDirectoryOptions _options;
    private readonly Dictionary<ushort, MemberState> _known = [];
    private ushort[] _members;
    private ShardOrder _order;

    public MemberTable(FlowDirectoryOptions options)
    {
        _options = options;
        _members = [options.NodeId];
        _order = new ShardOrder(_members, options.CellSeed);
    }

    public void Set(IReadOnlyList<CellMember> members)
    {
        ushort[] wanted = [.. members.Select(member => member.NodeId).Append(_options.NodeId).Distinct().Order()];
        if (wanted.AsSpan().SequenceEqual(_members))
            return;
        _members = wanted;
        _order = new ShardOrder(_members, _options.CellSeed);
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

    /// <summary>Whether all living others said that they are complete in a view.</summary>
    public bool AllCompleteIn(CellView view) =>
        _members.All(node => node == _options.NodeId || !_known.TryGetValue(node, out MemberState state)
            || state.CompleteView == view.Number);

    private MemberState State(ushort node, NodeFlags own) => node == _options.NodeId
        ? new MemberState(node, _options.Start, own, 0)
        : _known.GetValueOrDefault(node, new MemberState(node, 0, NodeFlags.None, 0));
}
