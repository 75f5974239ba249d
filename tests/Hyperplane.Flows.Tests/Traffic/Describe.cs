using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Words for the event log of a seed.</summary>
internal static class Describe
{
    public static string Key(in FlowKey4 key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(key.Protocol == 6 ? "tcp" : "udp")} {new IPAddress(key.SourceBe)}:{Port(key.SourcePortBe)} > "
        + $"{new IPAddress(key.DestinationBe)}:{Port(key.DestinationPortBe)}");

    public static string Segment(in Segment segment) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Key(segment.Key)} [{segment.Flags}] seq {segment.Sequence:x} ack {segment.Acknowledgement:x} "
        + $"{(segment.HasWord ? segment.Word.ToString("x", CultureInfo.InvariantCulture) : "")}");

    public static string Record(in FlowRecord4 record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Key(record.Forward)} as {new IPAddress(record.SnatBe)}:{Port(record.SnatPortBe)} > "
        + $"{new IPAddress(record.TargetBe)}, {record.State} of node {record.OwnerNode} start {record.OwnerStart}, "
        + $"epoch {record.Epoch}, incarnation {record.Incarnation:x}");

    /// <summary>The operations of a batch, but for those about the cell.</summary>
    public static IEnumerable<string> Batch(byte[] batch)
    {
        var lines = new List<string>();
        var reader = new BatchReader(batch);
        while (reader.TryRead(out FlowOp op))
        {
            lines.Add(FlowOps.BodyBytes(op.Kind) switch
            {
                FlowRecord4.Bytes => $"{op.Kind} #{op.Tag:x} {Record(op.Record)}",
                FlowOps.KeyBytes => $"{op.Kind} #{op.Tag:x} {Key(op.Key)}",
                FlowOps.ViewBytes => $"{op.Kind} {(NodeFlags)op.Flags} view {op.View:x}",
                _ => $"{op.Kind} #{op.Tag:x}",
            });
        }
        return lines;
    }

    private static ushort Port(ushort portBe) => BinaryPrimitives.ReverseEndianness(portBe);
}
