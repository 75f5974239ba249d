using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Words for the event log of a seed.</summary>
internal static class Describe
{
    public static string Key(in FlowKey key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(key.Protocol == 6 ? "tcp" : "udp")} {key.Source}:{Port(key.SourcePortBe)} > "
        + $"{key.Destination}:{Port(key.DestinationPortBe)}");

    public static string Segment(in Segment segment) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Key(segment.Key)} [{segment.Flags}] seq {segment.Sequence:x} ack {segment.Acknowledgement:x} "
        + $"{(segment.HasWord ? segment.Word.ToString("x", CultureInfo.InvariantCulture) : "")}");

    public static string Frame(byte[] frame) => Traffic.Segment.TryUnwrap(ref frame, out PacketAddress end)
        ? $"{Segment(Traffic.Segment.Read(frame))} in a tunnel to {end}"
        : Segment(Traffic.Segment.Read(frame));

    public static string Record(in FlowRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Key(record.Forward)} as {record.Snat}:{Port(record.SnatPortBe)} > "
        + $"{record.Target}, {record.State} of node {record.OwnerNode} start {record.OwnerStart}, "
        + $"epoch {record.Epoch:x}, incarnation {record.Incarnation:x}");

    /// <summary>The operations of a batch, but for those about the cell.</summary>
    public static IEnumerable<string> Batch(byte[] batch)
    {
        var lines = new List<string>();
        var reader = new BatchReader(batch);
        while (reader.TryRead(out FlowOp op))
        {
            lines.Add(FlowOps.BodyOf(op.Kind) switch
            {
                FlowOpBody.Record => $"{op.Kind} #{op.Tag:x} {Record(op.Record)}",
                FlowOpBody.Key => $"{op.Kind} #{op.Tag:x} {Key(op.Key)}",
                FlowOpBody.View => $"{op.Kind} {(NodeFlags)op.Flags} view {op.View:x}",
                _ => $"{op.Kind} #{op.Tag:x}",
            });
        }
        return lines;
    }

    private static ushort Port(ushort portBe) => BinaryPrimitives.ReverseEndianness(portBe);
}
