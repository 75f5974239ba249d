using System.Diagnostics;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows;

namespace Hyperplane.Bench.Flows;

/// <summary>What flow state costs: publication, look-ups under its load, and a node's return.</summary>
/// <remarks>Three nodes of a cell on loopback in one process, each with its one thread; sealed connections. The cost of
/// publication is the CPU time of the receiving node's thread: reading, opening, deciding, storing. On two cores all
/// three share what there is, so rates per core are by CPU time.</remarks>
internal static class FlowsBench
{
    private const int Flows = 1_000_000;
    private const int Capacity = 1_300_000;
    private const int Port = 4_799;
    private const int LookUps = 20_000;
    private const double LoadPerSecond = 1_000_000;
    private static readonly ushort[] Cell = [1, 2, 3];

    public static Task<Result> Run(string[] arguments)
    {
        double dictionary = DictionaryRate();
        FlowNode owner = new(1, 1_000_000, Port, Capacity, Cell);
        FlowNode holder = new(2, 2_000_000, Port, Capacity, Cell);
        FlowNode asker = new(3, 3_000_000, Port, Capacity, Cell);
        try
        {
            Until("the cell is complete", () => owner.IsComplete && holder.IsComplete && asker.IsComplete);
            double[] idle = AskFor(asker);
            (double created, _) = Publish(owner, holder, FlowRequestKind.Insert);
            (double refreshed, double refreshedWall) = Publish(owner, holder, FlowRequestKind.Update);
            owner.Load = new PutLoad(owner, holder: 2, Flows, LoadPerSecond);
            owner.Wake();
            TimeSpan busy = holder.CpuTime;
            long loadBegan = Stopwatch.GetTimestamp();
            double[] loaded = AskFor(asker);
            double loadRate = owner.Load.Rate;
            double busyShare = (holder.CpuTime - busy) / Stopwatch.GetElapsedTime(loadBegan);
            owner.Load = null;

            holder.Dispose();
            Until("the death of node 2 is noticed", () => !asker.Directory.View[2].IsAlive);
            long began = Stopwatch.GetTimestamp();
            holder = new FlowNode(2, 4_000_000, Port, Capacity, Cell);
            Until("node 2 is filled", () => holder.IsComplete && owner.IsComplete && asker.IsComplete);
            double resync = Stopwatch.GetElapsedTime(began).TotalSeconds;
            (int expected, int missing) = Missing(owner, holder);
            return Task.FromResult(new Result("flows", true,
            [
                new Figure("records_created_per_core", created, "1/s", 1_000_000, false, dictionary, "dictionary"),
                new Figure("records_refreshed_per_core", refreshed, "1/s", 1_000_000, false, dictionary, "dictionary"),
                new Figure("records_refreshed_wall", refreshedWall, "1/s", null, false, null, ""),
                new Figure("look_up_p50", Percentiles.At(loaded, 0.5), "us", 150, true,
                    Percentiles.At(idle, 0.5), "idle"),
                new Figure("look_up_p99", Percentiles.At(loaded, 0.99), "us", 1_000, true,
                    Percentiles.At(idle, 0.99), "idle"),
                new Figure("load_during_look_ups", loadRate, "records/s", LoadPerSecond * 0.99, false, null, ""),
                new Figure("load_receiver_busy", busyShare * 100, "%", null, true, null, ""),
                new Figure("resynchronisation", resync, "s", 2, true, null, ""),
                new Figure("records_missing_after", missing, "", 0, true, null, ""),
            ],
            [
                $"{Flows:N0} flows of one owner; a cell of three: every record stands on two other nodes or one",
                $"node 2 has a part in {expected:N0} of them",
            ]));
        }
        finally
        {
            owner.Dispose();
            holder.Dispose();
            asker.Dispose();
        }
    }

    /// <summary>Records a second of the receiver's CPU, and of wall time.</summary>
    private static (double PerCpuSecond, double PerSecond) Publish(
        FlowNode owner, FlowNode holder, FlowRequestKind kind)
    {
        long before = Taken(holder);
        TimeSpan cpu = holder.CpuTime;
        long began = Stopwatch.GetTimestamp();
        int won = 0;
        for (int flow = 0; flow < Flows; flow++)
        {
            var request = new FlowRequest { Kind = kind, Record = FlowMaker.Record(flow, owner.Start) };
            // A window below the directory's limit of questions.
            while (kind == FlowRequestKind.Insert && flow - won >= 8_192)
                won += Answered(owner);
            while (!owner.Exchange.Requests.TryWrite(request))
                Thread.Yield();
            if (flow % 64 == 63)
                owner.Exchange.RequestsWaiting();
        }
        owner.Exchange.RequestsWaiting();
        while (kind == FlowRequestKind.Insert && won < Flows)
            won += Answered(owner);
        long last = -1;
        long seen = 0;
        Until("the last record has arrived", () =>
        {
            (last, seen) = (seen, Taken(holder) - before);
            return seen == last && owner.Exchange.Requests.IsEmpty;
        });
        double cpuSeconds = (holder.CpuTime - cpu).TotalSeconds;
        return (seen / cpuSeconds, seen / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Records that a node stored for others: as their arbiter or as told.</summary>
    private static long Taken(FlowNode node) =>
        node.Directory.Counters[FlowDirectoryCounter.PutsTaken] + node.Directory.Counters[FlowDirectoryCounter.Decided];

    private static int Answered(FlowNode owner)
    {
        if (owner.Directory.Counters[FlowDirectoryCounter.Undecided] > 0)
            throw new TimeoutException("a flow was not decided in time: the machine is too busy to measure");
        int count = 0;
        while (owner.Exchange.Answers.TryRead(out FlowAnswer answer))
        {
            if (answer.Kind != FlowAnswerKind.Won)
                throw new InvalidOperationException($"a flow was not won but {answer.Kind}");
            count++;
        }
        return count;
    }

    /// <summary>Microseconds from a question to its answer; the keys are nobody's, so that both replicas are
    /// asked.</summary>
    private static double[] AskFor(FlowNode asker)
    {
        using var answered = new AutoResetEvent(false);
        asker.Exchange.AnswersWaiting = () => answered.Set();
        double[] micros = new double[LookUps];
        for (int i = 0; i < LookUps; i++)
        {
            long asked = Stopwatch.GetTimestamp();
            asker.Exchange.Requests.TryWrite(
                new FlowRequest { Kind = FlowRequestKind.LookUpQuickly, Key = FlowMaker.Unknown(i) });
            asker.Exchange.RequestsWaiting();
            while (!asker.Exchange.Answers.TryRead(out _))
                if (!answered.WaitOne(TimeSpan.FromSeconds(10)))
                    throw new TimeoutException("a look-up had no answer within 10 s");
            micros[i] = Stopwatch.GetElapsedTime(asked).TotalMicroseconds;
        }
        asker.Exchange.AnswersWaiting = static () => { };
        return micros;
    }

    private static (int Expected, int Missing) Missing(FlowNode owner, FlowNode holder)
    {
        int expected = 0;
        int missing = 0;
        for (int flow = 0; flow < Flows; flow++)
        {
            FlowRecord record = FlowMaker.Record(flow, owner.Start);
            if (!owner.Directory.View.Writes(2, record.Forward, record.Reverse, 1))
                continue;
            expected++;
            if (!holder.Directory.Replica.TryFindLive(record.Forward, out _))
                missing++;
        }
        return (expected, missing);
    }

    /// <summary>What a plain dictionary takes a second on one core: the floor of any table of records.</summary>
    private static double DictionaryRate()
    {
        var table = new Dictionary<FlowKey4, FlowRecord4>();
        long began = Stopwatch.GetTimestamp();
        for (int flow = 0; flow < Flows; flow++)
        {
            FlowRecord4 record = FlowRecord4.Of(FlowMaker.Record(flow, 1));
            table[record.Forward] = record;
        }
        return Flows / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Until(string what, Func<bool> holds)
    {
        long began = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(began).TotalSeconds > 60)
                throw new TimeoutException($"waited 60 s in vain until {what}");
            pause.Wait(50);
        }
    }
}
