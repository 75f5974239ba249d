using System.Buffers.Binary;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Controller.Stats;

/// <summary>Counters of many listeners and targets as stored: rows of 56 bytes, little-endian.</summary>
/// <remarks>
/// A row: the listener's, target's or VIP's number with bit 32 set for targets, bit 48 for VIPs and its kind from bit
/// 33 to 47 (8 bytes), then six numbers (8 bytes each), the second of which is of now and not summed over starts. Kind
/// 0: the first six of <see cref="FlowCount"/>. Kind 1: clients' resets, nothing, targets' resets, the load
/// balancer's. Kinds 2 to 7: frames dropped for five reasons each, from <see cref="DropReason"/> 1 on, with nothing in
/// the second place. Rows of kinds other than 0 are there when they hold anything. Rows are in the order of their
/// first 8 bytes.
/// </remarks>
internal static class CountRows
{
    private const int RowBytes = 7 * sizeof(long);
    private const long TargetBit = 1L << 32;
    private const int KindShift = 33;
    private const int KindMask = (1 << 15) - 1;
    private const long VipBit = 1L << 48;
    private const int FirstDropKind = 2;
    private const int DropsPerRow = 5;
    private const int DropKinds = 6;

    /// <summary>The key of a listener's row.</summary>
    public static long OfListener(long number) => number;

    /// <summary>The key of a target's row.</summary>
    public static long OfTarget(long number) => number | TargetBit;

    /// <summary>The key of a VIP's rows.</summary>
    public static long OfVip(long number) => number | VipBit;

    /// <summary>The rows of a report.</summary>
    public static byte[] Of(NodeReport report)
    {
        var rows = new SortedDictionary<long, FlowCount>();
        foreach (ListenerCounters one in report.Listeners)
        {
            rows[OfListener(one.ListenerId)] = Count(
                one.NewFlows, one.ActiveFlows, one.PacketsIn, one.BytesIn, one.PacketsOut, one.BytesOut);
            AddResets(rows, OfListener(one.ListenerId), one.Resets);
            AddDrops(rows, OfListener(one.ListenerId), one.Drops);
        }

        foreach (TargetCounters one in report.TargetCounters)
        {
            rows[OfTarget(one.TargetId)] = Count(
                one.NewFlows, one.ActiveFlows, one.PacketsIn, one.BytesIn, one.PacketsOut, one.BytesOut);
            AddResets(rows, OfTarget(one.TargetId), one.Resets);
        }

        foreach (VipCounters one in report.Vips)
            AddDrops(rows, OfVip(one.VipId), one.Drops);
        return Write(rows);
    }

    /// <summary>Whose a row is: a key of <see cref="OfListener"/>, <see cref="OfTarget"/> or <see
    /// cref="OfVip"/>.</summary>
    public static long Owner(long key) => key & (((1L << KindShift) - 1) | VipBit);

    /// <summary>Adds what a row says, of whatever kind.</summary>
    public static void Add(long key, FlowCount row, TrafficSum sum)
    {
        long kind = (key >> KindShift) & KindMask;
        if (kind == 0)
            sum.Add(row);
        else if (kind == 1)
            sum.Add(new FlowCount(
                0, 0, 0, 0, 0, 0, row.NewFlows, row.PacketsIn, row.BytesIn));
        else if (kind < FirstDropKind + DropKinds)
            AddDrops(sum, (int)(kind - FirstDropKind) * DropsPerRow, row);
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

    private static void AddResets(SortedDictionary<long, FlowCount> rows, long owner, ResetCounters? resets)
    {
        long key = owner | (1L << KindShift);
        FlowCount row = Count(resets?.FromClients ?? 0, 0, resets?.FromTargets ?? 0, resets?.Own ?? 0, 0, 0);
        Put(rows, key, row);
    }

    private static void AddDrops(
        SortedDictionary<long, FlowCount> rows, long owner, IEnumerable<DropCounter> drops)
    {
        Span<ulong> frames = stackalloc ulong[DropKinds * DropsPerRow];
        frames.Clear();
        foreach (DropCounter drop in drops)
        {
            // Numbers begin at 1.
            if ((int)drop.Reason - 1 is var place and >= 0 && place < frames.Length)
                frames[place] = drop.Frames;
        }

        for (int kind = 0; kind < DropKinds; kind++)
        {
            Span<ulong> row = frames.Slice(kind * DropsPerRow, DropsPerRow);
            long key = owner | ((long)(FirstDropKind + kind) << KindShift);
            Put(rows, key, Count(row[0], 0, row[1], row[2], row[3], row[4]));
        }
    }

    private static void AddDrops(TrafficSum sum, int before, FlowCount row)
    {
        sum.AddDrops(before + 1, row.NewFlows);
        sum.AddDrops(before + 2, row.PacketsIn);
        sum.AddDrops(before + 3, row.BytesIn);
        sum.AddDrops(before + 4, row.PacketsOut);
        sum.AddDrops(before + 5, row.BytesOut);
    }

    /// <summary>The last of several reports of one listener counts.</summary>
    private static void Put(SortedDictionary<long, FlowCount> rows, long key, FlowCount row)
    {
        if (row == default)
            rows.Remove(key);
        else
            rows[key] = row;
    }

    // Whatever a node says, sums stay sums.
    private static FlowCount Count(
        ulong newFlows, ulong activeFlows, ulong packetsIn, ulong bytesIn, ulong packetsOut, ulong bytesOut) => new(
        Within(newFlows), Within(activeFlows), Within(packetsIn), Within(bytesIn), Within(packetsOut),
        Within(bytesOut));

    private static long Within(ulong value) => (long)Math.Min(value, 1UL << 56);
}
