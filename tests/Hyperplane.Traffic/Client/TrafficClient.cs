using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Traffic.Client;

/// <summary>Opens flows, prints "open" once each was answered, and obeys lines of standard input until its
/// end.</summary>
/// <remarks>"report": one line of JSON, <see cref="FlowReport"/>, for the time since the last. "quiet": the line
/// "quiet" once each flow has sent and got an answer since, or is lost.</remarks>
internal sealed class TrafficClient : IDisposable
{
    /// <summary>Above this a flow counts as stalled: several times what a busy machine does to it.</summary>
    public const double StallMs = 20;

    private const long Millisecond = 1_000_000;
    private const long OpenLimitNs = 30_000 * Millisecond;
    private readonly Poller _poller = new();
    private readonly TextWriter _output;
    private readonly Conversations _steady;
    private readonly Conversations _fast;
    private readonly DatagramFlow[] _datagrams;
    private readonly Cadence _datagramCadence;
    private readonly ShortConnections _shorts;
    private bool _ended;
    private long? _quietSinceNs;
    private bool _asksReport;
    private long _reportedNs;
    private long _longestTurnNs;

    public TrafficClient(ClientOptions options, TextWriter output)
    {
        _output = output;
        ulong run = (ulong)Environment.ProcessId << 32;
        _steady = new Conversations(_poller, options.Vips, options.Steady, 500 * Millisecond, run);
        _fast = new Conversations(_poller, options.Vips, options.Fast, 20 * Millisecond, run | (1 << 24));
        _datagrams = [.. Enumerable.Range(0, options.Datagrams).Select(index => new DatagramFlow(
            _poller, options.Vips[index % options.Vips.Count], run | (2 << 24) | (uint)index))];
        _datagramCadence = new Cadence(options.Datagrams, 5 * Millisecond);
        _shorts = new ShortConnections(_poller, options.Vips, options.ShortsPerSecond, run | (3 << 24));
        _poller.Watch(0, Poller.In, new InputLines(Obey, () => _ended = true));
    }

    /// <summary>Until standard input ends; false when not all flows could be opened.</summary>
    public bool Run()
    {
        if (!Open())
            return false;
        long last = Stopwatch.GetTimestamp();
        while (!_ended)
        {
            _poller.Turn(1);
            long now = Stopwatch.GetTimestamp();
            _longestTurnNs = Math.Max(_longestTurnNs, now - last);
            last = now;
            Turn(now);
            Answer(now);
        }

        return true;
    }

    public void Dispose()
    {
        _steady.Dispose();
        _fast.Dispose();
        foreach (DatagramFlow flow in _datagrams)
            flow.Dispose();
        _poller.Dispose();
    }

    private bool Open()
    {
        long started = Stopwatch.GetTimestamp();
        long now = started;
        _datagramCadence.Start(now);
        bool steady = false, fast = false;
        while (!_ended && !(steady && fast && _datagrams.All(flow => flow.Answered > 0)))
        {
            _poller.Turn(1);
            now = Stopwatch.GetTimestamp();
            steady = steady || _steady.Open(now);
            fast = fast || _fast.Open(now);
            TurnDatagrams(now);
            if (now - started > OpenLimitNs)
                break;
        }

        int broken = _steady.Broken + _fast.Broken;
        if (!steady || !fast || broken > 0 || !_datagrams.All(flow => flow.Answered > 0))
        {
            _output.WriteLine(
                $"not open: {_steady.Answered + _fast.Answered} connections answered, {broken} failed, "
                + $"{_datagrams.Count(flow => flow.Answered == 0)} UDP flows without an answer"
                + string.Concat(_steady.Why.Concat(_fast.Why).Select(static why => "; " + why)));
            return false;
        }

        // The first report compiles its own code and takes 50 ms; it also forgets what opening took.
        _ = JsonSerializer.Serialize(Report(now), JsonSerializerOptions.Web);
        now = Stopwatch.GetTimestamp();
        _shorts.Start(now);
        _reportedNs = now;
        _output.WriteLine("open");
        return true;
    }

    private void Turn(long now)
    {
        _steady.Turn(now);
        _fast.Turn(now);
        TurnDatagrams(now);
        _shorts.Turn(now);
    }

    private void TurnDatagrams(long now)
    {
        for (int due = _datagramCadence.Next(now); due >= 0; due = _datagramCadence.Next(now))
            _datagrams[due].Turn(now);
    }

    private void Obey(string line)
    {
        _asksReport |= line == "report";
        if (line == "quiet")
            _quietSinceNs = Stopwatch.GetTimestamp();
    }

    private void Answer(long now)
    {
        if (_asksReport)
        {
            _asksReport = false;
            _output.WriteLine(JsonSerializer.Serialize(Report(now), JsonSerializerOptions.Web));
        }

        if (_quietSinceNs is { } since && _fast.AreAnsweredSince(since) && _steady.AreAnsweredSince(since)
            && Array.TrueForAll(_datagrams, flow => flow.IsAnsweredSince(since, now)))
        {
            _quietSinceNs = null;
            _output.WriteLine("quiet");
        }
    }

    private FlowReport Report(long now)
    {
        List<double> gaps = [.. _datagrams.Select(flow => flow.TakeWorstNs(now) / 1e6).Order()];
        var report = new FlowReport(
            (now - _reportedNs) / 1e9,
            _steady.Report(now),
            _fast.Report(now),
            new DatagramReport(
                _datagrams.Length, _datagrams.Sum(flow => flow.Sent), _datagrams.Sum(flow => flow.Answered),
                _datagrams.Sum(flow => flow.Wrong), _datagrams.Sum(flow => flow.Refused),
                gaps.LastOrDefault(), [.. gaps.Where(gap => gap > StallMs)]),
            _shorts.Report(),
            _longestTurnNs / 1e6);
        _reportedNs = now;
        _longestTurnNs = 0;
        return report;
    }
}
