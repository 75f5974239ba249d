using System.Buffers.Binary;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Controller.Stats;

/// <summary>Counters of many listeners and targets as stored: rows of 56 bytes, little-endian.</summary>
/// <remarks>
/// A row: the listener's or target's number with bit 32 set for targets (8 bytes), then the six numbers of
/// <see cref="FlowCount"/> (8 bytes each). Rows are in the order of their first 8 bytes.
/// </remarks>
internal static class CountRows
{
    private const int RowBytes = 7 * sizeof(long);
    private const long TargetBit = 1L << 32;

    /// <summary>The key of a listener's row.</summary>
    public static long OfListener(long number) => number;

    /// <summary>The key of a target's row.</summary>
    public static long OfTarget(long number) => number | TargetBit;

    /// <summary>The rows of a report.</summary>
    public static byte[] Of(NodeReport report)
    {
        var rows = new SortedDictionary<long, FlowCount>();
        foreach (ListenerCounters one in report.Listeners)
            rows[OfListener(one.ListenerId)] = Count(
                one.NewFlows, one.ActiveFlows, one.PacketsIn, one.BytesIn, one.PacketsOut, one.BytesOut);
        foreach (TargetCounters one in report.TargetCounters)
            rows[OfTarget(one.TargetId)] = Count(
                one.NewFlows, one.ActiveFlows, one.PacketsIn, one.BytesIn, one.PacketsOut, one.BytesOut);
        return Write(rows);
    }

    /// <summary>Two sets of rows summed; none of the flows counts as active.</summary>
    public static byte[] Past(byte[] left, byte[] right)
    {
        var rows = new SortedDictionary<long, FlowCount>();
        foreach ((long key, FlowCount count) in Read(left).Concat(Read(right)))
            rows[key] = rows.GetValueOrDefault(key) + count with { ActiveFlows = 0 };
        return Write(rows);
    }

    /// <summary>All rows.</summary>
    public static IEnumerable<(long Key, FlowCount Count)> Read(byte[] rows)
    {
        for (int at = 0; at + RowBytes <= rows.Length; at += RowBytes)
            yield return (Number(rows, at, 0), new FlowCount(
                Number(rows, at, 1), Number(rows, at, 2), Number(rows, at, 3), Number(rows, at, 4),
                Number(rows, at, 5), Number(rows, at, 6)));
    }

    private static long Number(byte[] rows, int at, int column) =>
        BinaryPrimitives.ReadInt64LittleEndian(rows.AsSpan(at + (column * sizeof(long))));

    private static byte[] Write(SortedDictionary<long, FlowCount> rows)
    {
        byte[] bytes = new byte[rows.Count * RowBytes];
        int at = 0;
        foreach ((long key, FlowCount count) in rows)
        {
            ReadOnlySpan<long> numbers =
            [
                key, count.NewFlows, count.ActiveFlows, count.PacketsIn, count.BytesIn, count.PacketsOut,
                count.BytesOut,
            ];
            foreach (long number in numbers)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), number);
                at += sizeof(long);
            }
        }

        return bytes;
    }

    // Whatever a node says, sums stay sums.
    private static FlowCount Count(
        ulong newFlows, ulong activeFlows, ulong packetsIn, ulong bytesIn, ulong packetsOut, ulong bytesOut) => new(
        Within(newFlows), Within(activeFlows), Within(packetsIn), Within(bytesIn), Within(packetsOut),
        Within(bytesOut));

    private static long Within(ulong value) => (long)Math.Min(value, 1UL << 56);
}
