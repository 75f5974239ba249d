using System.Globalization;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Takes a capture through an engine, frame by frame.</summary>
internal sealed class Replayer(IReplayEngine engine, OwnFrames own, PcapWriter output)
{
    private readonly ReplayNode _node = engine.Node;
    private readonly long[] _ends = new long[Enum.GetValues<PacketCounter>().Length];
    private long _index;
    private long _cut;
    private long _backwards;
    private long _newestNs = long.MinValue;
    private long _sent;
    private long _madeHere;
    private long? _frameTimeNs;

    /// <summary>Frames judged.</summary>
    public long Frames => _index;

    /// <summary>Judges the next frame.</summary>
    /// <exception cref="ToolFailure">It is longer than an interface would take.</exception>
    public FrameReport Next(in PcapRecord record)
    {
        ReadOnlySpan<byte> frame = record.Frame.Span;
        _index++;
        if (frame.Length > ReplayNode.LongestFrameBytes)
            throw new ToolFailure(
                ExitCode.Error,
                string.Create(CultureInfo.InvariantCulture, $"frame {_index} is {frame.Length} bytes long; at most ")
                + string.Create(CultureInfo.InvariantCulture, $"{ReplayNode.LongestFrameBytes} are taken"),
                ["captured with segments merged? ethtool -K IF gro off lro off tso off gso off, then capture again"]);
        _cut += record.OriginalBytes > frame.Length ? 1 : 0;
        _backwards += record.TimeNs < _newestNs ? 1 : 0;
        _newestNs = Math.Max(_newestNs, record.TimeNs);
        _node.AdvanceTo(record.TimeNs, Take);

        FrameReport report = Judge(frame, record.TimeNs);
        _ends[(int)report.Counter]++;
        return report;
    }

    /// <summary>What a person wants to know at the end, a line each.</summary>
    public IEnumerable<string> Summary()
    {
        string reasons = string.Join(", ", Enum.GetValues<PacketCounter>()
            .Where(counter => _ends[(int)counter] > 0)
            .Select(counter => $"{Number(_ends[(int)counter])} {CounterNames.Of(counter)}"));
        yield return $"{Number(_index)} frames{(reasons.Length > 0 ? ": " + reasons : "")}";
        if (engine.ForwardedByProgram is { } alone)
            yield return $"{Number(alone)} of them were forwarded by the XDP program alone";
        if (_madeHere > 0)
            yield return $"{Number(_madeHere)} of the {Number(_sent)} frames written were made by the node (questions "
                + "to the ends of a connection after an uncertain RST)";
        if (_cut > 0)
            yield return $"{Number(_cut)} frames were cut by the capture and are judged as they stand there; "
                + "capture whole frames (tcpdump -s 0)";
        if (_backwards > 0)
            yield return $"{Number(_backwards)} frames are older than one before them and were judged at that one's "
                + "time; reordercap sorts a capture";
    }

    private FrameReport Judge(ReadOnlySpan<byte> frame, long timeNs)
    {
        bool hasKey = FrameKey.TryRead(frame, out FlowKey key);
        (uint Listener, uint Target)? flow = hasKey ? Find(key) : null;
        ListenerEntry listener = default;
        bool hasListener = hasKey && _node.Tables.TryFindListener(key, out listener);
        ulong before = hasListener ? NewFlows(listener) : 0;

        _frameTimeNs = timeNs;
        PacketCounter counter = engine.Judge(frame, Take);
        _frameTimeNs = null;
        if (counter == PacketCounter.Passed)
            return new FrameReport(_index, counter, own.WhyPassed(frame) ?? "the_program_said_so", null, null, null);
        bool isNew = hasListener && NewFlows(listener) != before;
        if (isNew)
            flow = Find(key);
        return flow is { } known
            ? new FrameReport(_index, counter, null, known.Listener, known.Target, isNew)
            : new FrameReport(_index, counter, null, hasListener ? listener.Id : null, null, null);
    }

    private (uint Listener, uint Target)? Find(in FlowKey key)
    {
        int slot = _node.Pipeline.Flows.Find(key, out _);
        FlowColumns columns = _node.Pipeline.Flows.Columns;
        return slot == FlowTable.None || columns.State[slot] is FlowState.Held or FlowState.Lent
            ? null
            : (columns.ListenerId[slot], columns.TargetId[slot]);
    }

    private ulong NewFlows(in ListenerEntry listener) =>
        _node.Pipeline.Counters.Listeners[listener.Slot].NewFlows;

    private void Take(ReadOnlySpan<byte> frame, long timeNs)
    {
        _sent++;
        _madeHere += _frameTimeNs is null ? 1 : 0;
        output.TryWrite(_frameTimeNs ?? timeNs, frame);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
