using System.Globalization;
using Hyperplane.Bench.Dataplane;

namespace Hyperplane.Bench.NewFlows;

/// <summary>What a new flow costs: in the pipeline on one core, with real inserts into the maps; and over veth, a TCP
/// connection from SYN to FIN beside HAProxy and nftables.</summary>
internal static class NewFlowsBench
{
    private const double FlowsAim = 500_000;
    private const double ShareOfHaproxy = 5;
    private const double QuietSpread = 1.25;
    private const double HoldDownSeconds = 65;

    public static async Task<Result> Run(string[] arguments)
    {
        bool isInMemory = arguments is ["--in-memory"];
        if (arguments.Length > 0 && !isInMemory)
            throw new FormatException("takes nothing, or --in-memory");
        var figures = new List<Figure>();
        var notes = new List<string>();
        double othersShare = await MachineTime.OthersShareAsync();
        bool isValid = othersShare <= MachineTime.QuietShare;
        if (!isValid)
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"others use {othersShare:P0} of the machine, at most 5 % may be"));
        isValid &= Pipeline(figures, notes);
        Queues(figures, notes);
        if (!isInMemory)
            isValid &= await ConnectionsAsync(figures, notes);
        return new Result("newflows", isValid, figures, notes);
    }

    private static bool Pipeline(List<Figure> figures, List<string> notes)
    {
        double[] bare = OnOneCpu(PipelineFlows.BareInserts);
        double bareRate = Percentiles.At(bare, 0.5);
        (string Name, bool IsIpv4, bool IsTcp, bool IsShared)[] kinds =
        [
            ("tcp_flows_per_second", true, true, false), ("tcp_flows_per_second_copied", true, true, true),
            ("tcp_flows_per_second_ipv6", false, true, false), ("udp_flows_per_second", true, false, false),
        ];
        bool isQuiet = Spread(bare) <= QuietSpread;
        foreach ((string name, bool isIpv4, bool isTcp, bool isShared) in kinds)
        {
            (double[] rates, double batchMicros) = OnOneCpu(() => PipelineFlows.Measure(isIpv4, isTcp, isShared));
            double rate = Percentiles.At(rates, 0.5);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28} {rate,9:N0} flows/s, rounds {rates.Min(),9:N0} to {rates.Max(),9:N0}"));
            double? aim = figures.Count == 0 ? FlowsAim : null;
            figures.Add(new Figure(name, rate, "1/s", aim, false, bareRate, "two single inserts"));
            if (aim is not null)
                figures.Add(new Figure("batch", batchMicros, "us", null, true, null, ""));
            isQuiet &= Spread(rates) <= QuietSpread;
        }

        double ports = PipelineFlows.Targets * (double)PipelineFlows.SnatPorts;
        notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"in memory: by CPU time of one core, tables filling to {PipelineFlows.AllFlows:N0} flows; "
            + $"batches of {BatchFrames.Frames} frames: the first of one waits for 'batch' at most"));
        notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"in memory: {PipelineFlows.Targets} targets and 1 source address, {ports:N0} ports; a port rests "
            + $"{HoldDownSeconds:N0} s when the target closed first, so they last for {ports / HoldDownSeconds:N0} "
            + $"connections a second; each more target or address adds as many ports"));
        if (!isQuiet)
            notes.Add("in memory: the rounds of one kind differ by more than a quarter");
        return isQuiet;
    }

    private static void Queues(List<Figure> figures, List<string> notes)
    {
        (double[] one, _) = QueueFlows.Measure(queues: 1);
        double oneCore = Percentiles.At(one, 0.5);
        figures.Add(new Figure("tcp_flows_per_second_one_queue", oneCore, "1/s", null, false, null, ""));
        (double[] two, double handedOver) = QueueFlows.Measure(queues: 2);
        double perCore = Percentiles.At(two, 0.5);
        figures.Add(new Figure(
            "tcp_flows_per_second_two_queues_per_core", perCore, "1/s", null, false, oneCore, "one queue"));
        figures.Add(new Figure(
            "tcp_flows_per_second_two_queues", 2 * perCore, "1/s", null, false, oneCore, "one queue"));
        foreach (int bytes in new[] { 54, 1_514 })
        {
            double[] costs = OnOneCpu(() => HandOverCost.Measure(bytes));
            figures.Add(new Figure($"hand_over_{bytes}", Percentiles.At(costs, 0.5), "ns", null, true, null, ""));
        }
        notes.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"queues: {handedOver:P0} of the frames of two queues are handed over; rounds "
            + $"{one.Min():N0} to {one.Max():N0} flows/s of one queue, "
            + $"{two.Min():N0} to {two.Max():N0} of a core of two"));
    }

    private static async Task<bool> ConnectionsAsync(List<Figure> figures, List<string> notes)
    {
        ConnectionCost.Outcome seen = await ConnectionCost.MeasureAsync();
        double? haproxy = seen.Micros.TryGetValue("haproxy", out double micros) ? micros : null;
        figures.Add(new Figure(
            "cpu_per_connection", seen.Micros["hyperplane"], "us", haproxy / ShareOfHaproxy, true, haproxy, "haproxy"));
        foreach (string way in new[] { "haproxy_on_router", "nftables" })
        {
            if (seen.Micros.TryGetValue(way, out double cost))
                figures.Add(new Figure($"cpu_per_connection_{way}", cost, "us", null, true, haproxy, "haproxy"));
        }
        foreach ((string way, double rate) in seen.PerSecond)
            figures.Add(new Figure($"connections_per_second_{way}", rate, "1/s", null, false, null, ""));
        notes.Add(
            $"over veth: {ConnectionCost.Targets} targets, three nodes with a third of an address each: 193,536 ports, "
            + "which 65 s of 2,977 connections a second use up");
        notes.Add($"over veth: {seen.Errors} socket errors; client, routers, nodes and targets share the cores");
        notes.AddRange(seen.Missing);
        bool isSane = seen.Errors == 0 && haproxy is not <= 0 && seen.Micros["hyperplane"] > 0;
        if (!isSane)
            notes.Add("over veth: sockets failed, or a way through costs less than none");
        return isSane && seen.Missing.Count == 0;
    }

    private static double Spread(double[] rates) => Percentiles.At(rates, 0.75) / Percentiles.At(rates, 0.25);

    /// <summary>On a thread that stays on one CPU.</summary>
    private static T OnOneCpu<T>(Func<T> work)
    {
        T result = default!;
        var thread = new Thread(() =>
        {
            BenchThread.Pin(1 % Environment.ProcessorCount);
            result = work();
        });
        thread.Start();
        thread.Join();
        return result;
    }
}
