namespace Hyperplane.Controller.Snapshots;

/// <summary>What of a cell was read so far.</summary>
/// <param name="bare">The cell itself.</param>
/// <param name="version">The newest version given out.</param>
/// <param name="contentHash">Of that version; null when the next one must be new.</param>
/// <param name="changes">Up to which change it is read.</param>
internal sealed class CellRows(CellDesired bare, ulong version, byte[]? contentHash, ChangeMark changes)
{
    private readonly HashSet<uint> _groupNumbers = [];
    private readonly List<DesiredGroup> _groups = [];
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);

    /// <summary>Its nodes.</summary>
    public List<DesiredNode> Nodes { get; } = [];

    /// <summary>Its VIPs.</summary>
    public List<DesiredVip> Vips { get; } = [];

    /// <summary>Its addresses that are gone.</summary>
    public List<DesiredTombstone> Tombstones { get; } = [];

    private List<DesiredListener> Listeners { get; } = [];

    /// <summary>It holds a load balancer, maybe a deleted one: the version without it is what its deletion waits
    /// for.</summary>
    public void Hold(string loadBalancer, long generation) => _held[loadBalancer] = generation;

    /// <summary>Adds a listener with the groups that it uses.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="groups">They and their generations.</param>
    public void Add(DesiredListener listener, (DesiredGroup Group, long Generation)[] groups)
    {
        Listeners.Add(listener);
        foreach ((DesiredGroup group, long generation) in groups)
        {
            if (!_groupNumbers.Add(group.Number))
                continue;
            _groups.Add(group);
            _held[group.Id] = generation;
        }
    }

    /// <summary>All of it.</summary>
    public DesiredRead Finish() => new(
        bare with
        {
            Nodes = Nodes,
            Vips = Vips,
            Listeners = Listeners,
            Groups = _groups,
            Tombstones = Tombstones,
        },
        version,
        contentHash,
        changes,
        _held);
}
