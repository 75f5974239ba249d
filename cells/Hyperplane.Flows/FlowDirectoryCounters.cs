namespace Hyperplane.Flows;

/// <summary>What the directory's end on this node counted since its start; any thread may read.</summary>
public sealed class FlowDirectoryCounters
{
    private static readonly int Names = Enum.GetValues<FlowDirectoryCounter>().Length;

    private readonly long[] _counts = new long[Names];

    /// <summary>How often it happened.</summary>
    public long this[FlowDirectoryCounter counter] => Volatile.Read(ref _counts[(int)counter]);

    internal void Add(FlowDirectoryCounter counter) => _counts[(int)counter]++;
}
