namespace Hyperplane.Mesh;

/// <summary>Counters of a host; the mesh thread writes, anybody reads.</summary>
internal sealed class MeshCounters
{
    private static readonly MeshRefusal[] Reasons =
        [.. Enum.GetValues<MeshRefusal>().Where(static reason => reason != MeshRefusal.None)];

    private readonly long[] _refused = new long[Reasons.Length + 1];

    public long Turns;
    public long Gaps;

    public void Refuse(MeshRefusal reason) => Volatile.Write(ref _refused[(int)reason], _refused[(int)reason] + 1);

    public IReadOnlyDictionary<MeshRefusal, long> Refused() =>
        Reasons.ToDictionary(static reason => reason, reason => Volatile.Read(ref _refused[(int)reason]));
}
