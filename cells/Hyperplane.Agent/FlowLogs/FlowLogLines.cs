using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Agent.Reports;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.FlowLogs;

/// <summary>Puts ends of flows into lines of JSON.</summary>
/// <param name="node">This node's name.</param>
/// <param name="names">What numbers are called.</param>
/// <param name="time">The clock that stamped the flows.</param>
public sealed class FlowLogLines(string node, FlowLogNames names, TimeProvider time) : IDisposable
{
    private const long SecondNs = 1_000_000_000;
    private const long MillisecondNs = 1_000_000;

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    /// <summary>Lines since <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    /// <summary>The name of an end, as a line has it: "reset-by-client".</summary>
    public static string NameOf(FlowEnd end) =>
        CounterNames.SnakeCase(end.ToString()).Replace('_', '-');

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _buffer.ResetWrittenCount();
        Count = 0;
    }

    /// <summary>Adds a line.</summary>
    public void Add(in FlowLogRecord record)
    {
        _json.Reset(_buffer);
        _json.WriteStartObject();
        WriteOwner(_json, record);
        WriteEnds(_json, record);
        WriteCounts(_json, record);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        Count++;
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteOwner(Utf8JsonWriter json, in FlowLogRecord record)
    {
        LoggedListener? listener = names.Listener(record.ListenerId);
        json.WriteString("time", StartOf(record));
        json.WriteNumber("durationMs", (record.LastSeenNs - record.StartNs) / MillisecondNs);
        json.WriteString("tenant", listener?.Tenant);
        json.WriteString("loadBalancer", listener?.LoadBalancer);
        json.WriteString("listener", listener?.Listener);
        json.WriteString("zone", names.Zone);
        json.WriteString("node", node);
    }

    private void WriteEnds(Utf8JsonWriter json, in FlowLogRecord record)
    {
        bool isDirect = (record.Marks & FlowLogMarks.Direct) != FlowLogMarks.None;
        json.WriteString("protocol", record.Forward.Protocol == (uint)IpProtocol.Tcp ? "tcp" : "udp");
        json.WriteString("client", record.Forward.Source.ToString());
        json.WriteNumber("clientPort", Port(record.Forward.SourcePortBe));
        json.WriteString("vip", record.Forward.Destination.ToString());
        json.WriteNumber("vipPort", Port(record.Forward.DestinationPortBe));
        json.WriteString("targetGroup", names.GroupOf(record.TargetId));
        json.WriteString("target", record.Translation.Source.ToString());
        // Where targets answer themselves, the client's destination is what they get.
        json.WriteNumber(
            "targetPort", Port(isDirect ? record.Forward.DestinationPortBe : record.Translation.SourcePortBe));
        if (isDirect)
            return;
        json.WriteString("source", record.Translation.Destination.ToString());
        json.WriteNumber("sourcePort", Port(record.Translation.DestinationPortBe));
    }

    private static void WriteCounts(Utf8JsonWriter json, in FlowLogRecord record)
    {
        json.WriteNumber("packetsIn", record.Counts.PacketsIn);
        json.WriteNumber("bytesIn", record.Counts.BytesIn);
        if ((record.Marks & FlowLogMarks.Direct) == FlowLogMarks.None)
        {
            json.WriteNumber("packetsOut", record.Counts.PacketsOut);
            json.WriteNumber("bytesOut", record.Counts.BytesOut);
        }
        json.WriteString("end", NameOf(record.End));
        if ((record.Marks & FlowLogMarks.CarriedOn) != FlowLogMarks.None)
            json.WriteBoolean("carriedOn", true);
        if ((record.Marks & FlowLogMarks.Partial) != FlowLogMarks.None)
            json.WriteBoolean("partial", true);
    }

    /// <summary>By how long ago it was: the clock of flows knows no date.</summary>
    private string StartOf(in FlowLogRecord record)
    {
        long frequency = time.TimestampFrequency;
        long ticks = time.GetTimestamp();
        long nowNs = frequency == SecondNs ? ticks : (long)((Int128)ticks * SecondNs / frequency);
        TimeSpan ago = TimeSpan.FromTicks((nowNs - record.StartNs) / TimeSpan.NanosecondsPerTick);
        return (time.GetUtcNow() - ago).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static ushort Port(ushort bigEndian) => BinaryPrimitives.ReverseEndianness(bigEndian);
}
