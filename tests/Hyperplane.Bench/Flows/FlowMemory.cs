using System.Globalization;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Flows.Replicas;

namespace Hyperplane.Bench.Flows;

/// <summary>Bytes of one established IPv4 flow in each structure that knows it.</summary>
internal static class FlowMemory
{
    private const int Flows = 1_000_000;
    private const int HalfOpen = 256;

    /// <summary>A line a structure, and the sum over a cell of three nodes.</summary>
    public static IEnumerable<Figure> Measure()
    {
        double table = ManagedBytes(() => new FlowTable(Flows, HalfOpen, 1));
        double replica = ManagedBytes(Filled);
        double map = MapBytes();
        yield return Bytes("bytes_pipeline_table", table, null);
        yield return Bytes("bytes_xdp_map_both_ways", map, null);
        yield return Bytes("bytes_directory_record", replica, null);
        // The owner's own copy and the two holders', one of which is the owner in two of three cases.
        yield return Bytes("bytes_per_ipv4_flow", table + map + (replica * 3), 600);
    }

    private static Figure Bytes(string name, double value, double? aim) =>
        new(name, value, "B", aim, true, null, "");

    private static FlowReplica Filled()
    {
        var replica = new FlowReplica(Flows, 1);
        for (int flow = 0; flow < Flows; flow++)
            replica.Put(FlowMaker.Record(flow, 1), 1, out _);
        return replica;
    }

    private static double ManagedBytes(Func<object> make)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        object made = make();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(made);
        return (double)(after - before) / Flows;
    }

    /// <summary>The kernel's own account of the map of both directions.</summary>
    private static double MapBytes()
    {
        using HyperplaneProgram program = HyperplaneProgram.Load(Flows * 2, 0, 1, 16);
        string line = File.ReadLines($"/proc/self/fdinfo/{program.Flows.Descriptor}")
            .Single(line => line.StartsWith("memlock:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan("memlock:".Length), CultureInfo.InvariantCulture) / Flows;
    }
}
