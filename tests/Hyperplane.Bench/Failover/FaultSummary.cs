using System.Globalization;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Bench.Failover;

/// <summary>All runs of a fault: what its valid ones come to.</summary>
internal sealed class FaultSummary(Fault fault, FailoverOptions options, IReadOnlyList<FaultRun> runs, double? pauseMs)
{
    /// <summary>What a broken connection's stall counts as: the time after which the client gives one up.</summary>
    private const double LostMs = 15_000;

    private readonly IReadOnlyList<FaultRun> _valid = [.. runs.Where(run => run.Invalid is null)];

    /// <summary>False when a run did not come to its end.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Whether the figures may be quoted.</summary>
    public bool IsSound => IsWhole && _valid.Count > 0;

    public static string Header =>
        $"{"fault",-9} {"runs",4} {"valid",5} {"broken",6} {"UDP gap p50/max",16} {"TCP stall p50/max",18} {"of",4} "
        + $"{"back: UDP/TCP max",18} {"short errors",14} {"before: UDP/TCP",16}";

    public string Row
    {
        get
        {
            if (_valid.Count == 0)
                return $"{fault.Name,-9} {runs.Count,4} {0,5}  no valid run";
            (int failed, int finished) = Shorts();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{fault.Name,-9} {runs.Count,4} {_valid.Count,5} {Broken,6} {Pair(Gaps()),16} {Pair(Stalls()),18} "
                + $"{Stalls().Count,4} {$"{Worst(run => run.After.Datagrams.WorstMs):F0}/{Back():F0}",18} "
                + $"{$"{failed}/{finished}",14} "
                + $"{$"{UdpBefore:F0}/{TcpBefore:F0}",16}");
        }
    }

    private int Broken => _valid.Sum(run => run.Broken);

    public IEnumerable<Figure> Figures()
    {
        if (_valid.Count == 0)
            yield break;
        double udpBefore = UdpBefore;
        double tcpBefore = TcpBefore;
        FaultAims aims = fault.Aims;
        double? stallMax = options.Router == "bird" ? aims.StallMedianMs : aims.StallMaxMs;
        (int failed, int finished) = Shorts();
        yield return Of("broken", Broken, "", 0, null);
        yield return Of("udp_gap_p50", Median(Gaps()), "ms", null, udpBefore);
        yield return Of("udp_gap_max", Worst(run => run.During.Datagrams.WorstMs), "ms", aims.DatagramGapMs, udpBefore);
        yield return Of("tcp_stall_p50", Median(Stalls()), "ms", aims.StallMedianMs, tcpBefore);
        yield return Of("tcp_stall_max", Longest(), "ms", stallMax, tcpBefore);
        yield return Of("back_udp_gap_max", Worst(run => run.After.Datagrams.WorstMs), "ms", null, udpBefore);
        yield return Of("back_tcp_stall_max", Back(), "ms", null, tcpBefore);
        WrkReport[] wrk = [.. _valid.Select(run => run.Wrk).OfType<WrkReport>()];
        if (wrk.Length > 0)
        {
            double errors = wrk.Sum(report => report.Errors);
            double answered = wrk.Sum(report => report.Requests);
            yield return Of("wrk_requests", answered, "", null, null);
            yield return Of("wrk_errors", 100.0 * errors / (errors + answered), "%", null, null);
        }

        yield return Of("short_errors", finished == 0 ? 0 : 100.0 * failed / finished, "%", null, null);
        if (pauseMs is { } pause)
            yield return Of("agent_gc_pause_max", pause, "ms", 50, null);
    }

    private double UdpBefore => Worst(run => run.Before.Datagrams.WorstMs);

    private double TcpBefore => Worst(run => run.Before.Fast.WorstMs);

    private Figure Of(string name, double value, string unit, double? aim, double? before) =>
        new($"{fault.Name}_{name}", value, unit, aim, true, before, "before the fault");

    /// <summary>Of the UDP flows that stalled.</summary>
    private List<double> Gaps() => [.. _valid.SelectMany(run => run.During.Datagrams.GapsMs)];

    /// <summary>Of the connections with a message every 20 ms that stalled; one that broke stalled for good.</summary>
    private List<double> Stalls() =>
    [
        .. _valid.SelectMany(run => run.During.Fast.StallsMs
            .Concat(Enumerable.Repeat(LostMs, run.During.Fast.Broken - run.Before.Fast.Broken))),
    ];

    private double Longest() => Worst(run => run.During.Fast.Broken > 0 ? LostMs : run.During.Fast.WorstMs);

    private double Back() =>
        Worst(run => run.After.Fast.Broken > run.During.Fast.Broken ? LostMs : run.After.Fast.WorstMs);

    private double Worst(Func<FaultRun, double> of) => _valid.Max(of);

    private (int Failed, int Finished) Shorts()
    {
        ShortReport[] shorts = [.. _valid.SelectMany(run => new[] { run.During.Shorts, run.After.Shorts })];
        return (shorts.Sum(one => one.Failed), shorts.Sum(one => one.Finished));
    }

    private static double Median(List<double> values) => values.Count == 0 ? 0 : Percentiles.At(values, 0.5);

    private static string Pair(List<double> values) => values.Count == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Median(values):F0}/{values.Max():F0}");
}
