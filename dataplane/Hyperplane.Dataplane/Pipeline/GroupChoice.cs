using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The target groups of a listener, by weight.</summary>
/// <remarks>Groups without a target that may take a flow are left out; with none left a flow finds no target.</remarks>
internal sealed class GroupChoice
{
    private readonly GroupTable[] _groups;
    private readonly uint[] _upTo;
    private readonly bool _isBySource;
    private readonly ulong _seed;

    /// <param name="listenerId">Of the hash: a client's flows to two listeners choose apart.</param>
    /// <param name="shares">As the model has them.</param>
    /// <param name="groups">The tables of the groups.</param>
    public GroupChoice(uint listenerId, IEnumerable<TargetGroupShare> shares, GroupTables groups)
    {
        TargetGroupShare[] open = [.. shares.Where(share => share.Weight > 0 && groups.Of(share).Maglev is not null)];
        _groups = Array.ConvertAll(open, groups.Of);
        _upTo = new uint[open.Length];
        uint sum = 0;
        for (int i = 0; i < open.Length; i++)
            _upTo[i] = sum += (uint)open[i].Weight;
        _isBySource = Array.Exists(_groups, group => group.IsBySource);
        _seed = FlowHash.Of(listenerId, 1);
    }

    /// <summary>The group of a new flow; null when no target can take it.</summary>
    public GroupTable? Of(in FlowKey key)
    {
        if (_groups.Length < 2)
            return _groups.Length == 0 ? null : _groups[0];
        ulong hash = _isBySource ? FlowHash.Of(key.Source, _seed) : FlowHash.Of(key, _seed);
        uint point = (uint)Math.BigMul(hash, (ulong)_upTo[^1], out _);
        int group = 0;
        while (point >= _upTo[group])
            group++;
        return _groups[group];
    }
}
