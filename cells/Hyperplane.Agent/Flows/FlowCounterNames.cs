using Hyperplane.Flows;
using Hyperplane.Mesh;

namespace Hyperplane.Agent.Flows;

/// <summary>The counters of flow state under the names they are reported by.</summary>
internal static class FlowCounterNames
{
    private static readonly (FlowDirectoryCounter Counter, string Name)[] Directory =
    [
        .. Enum.GetValues<FlowDirectoryCounter>().Select(counter =>
            (counter, "directory_" + Reports.CounterNames.SnakeCase(counter.ToString()))),
    ];

    /// <summary>All of them now.</summary>
    public static IReadOnlyList<KeyValuePair<string, ulong>> Read(
        FlowDirectoryCounters directory, MeshStatus mesh, ulong bfdFlaps, ulong longestPauseUs,
        SiloClient? silo)
    {
        var all = new List<KeyValuePair<string, ulong>>(Directory.Length + 10);
        foreach ((FlowDirectoryCounter counter, string name) in Directory)
            all.Add(new(name, (ulong)directory[counter]));
        all.Add(new("mesh_peers_up", (ulong)mesh.Peers.Count(peer => peer.IsUp)));
        all.Add(new("mesh_bytes_in", (ulong)mesh.Peers.Sum(peer => peer.BytesIn)));
        all.Add(new("mesh_bytes_out", (ulong)mesh.Peers.Sum(peer => peer.BytesOut)));
        all.Add(new("mesh_connects", (ulong)mesh.Peers.Sum(peer => peer.Connects)));
        all.Add(new("mesh_refused", (ulong)mesh.Refused.Values.Sum()));
        all.Add(new("mesh_gaps", (ulong)mesh.Gaps));
        all.Add(new("bfd_flaps", bfdFlaps));
        all.Add(new("gc_longest_pause_us", longestPauseUs));
        if (silo is not null)
        {
            all.Add(new("replicas_reachable", (ulong)silo.Reachable));
            all.Add(new("replica_failures", (ulong)silo.Failures));
        }
        return all;
    }
}
