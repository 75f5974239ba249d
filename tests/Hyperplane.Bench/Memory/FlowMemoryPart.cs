using System.Globalization;
using System.Net;
using System.Reflection;
using Hyperplane.Bench.Flows;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Replicas;

namespace Hyperplane.Bench.Memory;

/// <summary>Bytes a flow that one structure takes, in a process that holds nothing else.</summary>
internal static class FlowMemoryPart
{
    /// <summary>Columns and index of the pipeline's table, resident.</summary>
    public const string Table = "table";

    /// <summary>The XDP program's map with both directions of each flow, by the kernel's account of it.</summary>
    public const string Map = "map";

    /// <summary>The same, by what the kernel's virtual memory grew.</summary>
    public const string MapPages = "map_pages";

    /// <summary>A flow directory's replica, resident.</summary>
    public const string Replica = "replica";

    /// <summary>A plain dictionary from both keys of a flow to its record, resident.</summary>
    public const string Dictionary = "dictionary";

    private const int HalfOpen = 256;
    private static readonly ulong Prefix6 = PacketAddress.Of(IPAddress.Parse("2001:db8::")).First;

    /// <summary>All parts.</summary>
    public static IReadOnlyList<string> All { get; } = [Table, Map, MapPages, Replica, Dictionary];

    /// <summary>Fills a structure and weighs it.</summary>
    public static double BytesPerFlow(string part, bool isIpv4, int flows) => part switch
    {
        Table => Resident(() => FilledTable(isIpv4, flows)) / flows,
        Map => MapMemory(isIpv4, flows, ofKernel: false) / flows,
        MapPages => MapMemory(isIpv4, flows, ofKernel: true) / flows,
        Replica => Resident(() => FilledReplica(isIpv4, flows)) / flows,
        Dictionary => Resident(() => isIpv4 ? FilledDictionary(flows) : FilledDictionary6(flows)) / flows,
        _ => throw new FormatException($"--part {part}: there are {string.Join(", ", All)}"),
    };

    /// <summary>Unlike those of <see cref="FlowMaker"/> distinct up to 12 million: ports of one SNAT address end
    /// earlier.</summary>
    private static FlowRecord Record(bool isIpv4, int flow)
    {
        const int FlowsOfAnAddress = 6_000_000;
        FlowRecord record = FlowMaker.Record(flow, 1);
        record.Snat = record.Snat.Ipv4Be + ((uint)(flow / FlowsOfAnAddress) << 24);
        return isIpv4 ? record : record with
        {
            Client = Wide(record.Client), Vip = Wide(record.Vip), Target = Wide(record.Target),
            Snat = Wide(record.Snat),
        };
    }

    private static PacketAddress Wide(PacketAddress address) => new(Prefix6, address.Ipv4Be);

    private static FlowTable FilledTable(bool isIpv4, int flows)
    {
        var table = new FlowTable(flows, HalfOpen, 1);
        for (int flow = 0; flow < flows; flow++)
        {
            FlowRecord record = Record(isIpv4, flow);
            int slot = table.Add(record.Forward, record.Reverse, FlowState.Established, 1);
            if (table.Find(record.Reverse, out _) != slot)
                throw new InvalidOperationException("a flow is not where it was put");
        }
        // Columns that a flow's life writes sooner or later are resident, too; the free list is one of them.
        foreach (PropertyInfo column in typeof(FlowColumns).GetProperties())
        {
            if (column.GetValue(table.Columns) is Array array)
                Array.Clear(array);
        }
        return table;
    }

    private static FlowReplica FilledReplica(bool isIpv4, int flows)
    {
        var replica = new FlowReplica(flows, 1);
        for (int flow = 0; flow < flows; flow++)
            replica.Put(Record(isIpv4, flow), 1, out _);
        return replica.Count == flows ? replica : throw new InvalidOperationException("flows of one key");
    }

    private static Dictionary<FlowKey, StrongRecord<FlowRecord>> FilledDictionary6(int flows)
    {
        var table = new Dictionary<FlowKey, StrongRecord<FlowRecord>>();
        for (int flow = 0; flow < flows; flow++)
        {
            var record = new StrongRecord<FlowRecord>(Record(isIpv4: false, flow));
            table.Add(record.Value.Forward, record);
            table.Add(record.Value.Reverse, record);
        }
        return table;
    }

    private static Dictionary<FlowKey4, StrongRecord<FlowRecord4>> FilledDictionary(int flows)
    {
        var table = new Dictionary<FlowKey4, StrongRecord<FlowRecord4>>();
        for (int flow = 0; flow < flows; flow++)
        {
            var record = new StrongRecord<FlowRecord4>(FlowRecord4.Of(Record(isIpv4: true, flow)));
            table.Add(record.Value.Forward, record);
            table.Add(record.Value.Reverse, record);
        }
        return table;
    }

    private static double Resident(Func<object> make)
    {
        long before = ResidentBytes();
        object made = make();
        long after = ResidentBytes();
        GC.KeepAlive(made);
        return after - before;
    }

    private static long ResidentBytes()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Kilobytes("/proc/self/status", "VmRSS:") * 1_024;
    }

    /// <summary>The map takes all of its memory when it is made.</summary>
    private static double MapMemory(bool isIpv4, int flows, bool ofKernel)
    {
        string map = isIpv4 ? "flows" : "flows6";
        long before = Kilobytes("/proc/meminfo", "VmallocUsed:");
        using BpfObject program = BpfObject.OpenResource("hyperplane.bpf.o");
        program.SetMaxEntries(map, flows * 2);
        program.Load();
        long after = Kilobytes("/proc/meminfo", "VmallocUsed:");
        return ofKernel
            ? (after - before) * 1_024.0
            : Number($"/proc/self/fdinfo/{program.Map(map).Descriptor}", "memlock:");
    }

    private static long Kilobytes(string file, string name) => Number(file, name);

    private static long Number(string file, string name) => long.Parse(
        File.ReadLines(file).Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Replace("kB", "", StringComparison.Ordinal),
        CultureInfo.InvariantCulture);

    private sealed class StrongRecord<T>(T value)
    {
        public T Value { get; } = value;
    }
}
