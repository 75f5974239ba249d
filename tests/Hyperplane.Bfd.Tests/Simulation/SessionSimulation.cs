namespace Hyperplane.Bfd.Tests.Simulation;

/// <summary>Two sessions over a wire that loses, delays, reorders and cuts, all from one seed.</summary>
/// <remarks>Chaos, then a clean wire, then changes of intervals on the clean wire, then a cut. Throws at the first
/// broken rule.</remarks>
internal sealed class SessionSimulation
{
    private const long MsNs = 1_000_000;

    private readonly Random _random;
    private readonly SimulatedEnd[] _ends;
    private readonly PriorityQueue<(int To, byte[] Bytes), long> _flying = new();
    private readonly bool[] _cut = new bool[2];
    private readonly long[] _lastArrivalNs = new long[2];
    private readonly long _delayNs;
    private bool _inOrder;
    private double _loss;
    private long _spreadNs;
    private long _nowNs = 1_000 * MsNs;

    public SessionSimulation(int seed)
    {
        _random = new Random(seed);
        _delayNs = _random.Next(20_000) * 1_000L;
        _ends = [new SimulatedEnd(_random), new SimulatedEnd(_random)];
        foreach (SimulatedEnd end in _ends)
        {
            end.Intervals = RandomIntervals();
            end.Restart(_nowNs);
        }
    }

    public int TimesUp => _ends.Sum(static end => end.TimesUp);

    public int ChangesUnderPoll { get; private set; }

    public void Run()
    {
        Chaos();
        Heal();
        KeepUpThroughChanges();
        Cut();
    }

    private void Chaos()
    {
        _loss = _random.NextDouble() * 0.4;
        _spreadNs = _random.Next(30) * MsNs;
        for (int i = 0; i < 25; i++)
        {
            RunFor(_random.Next(1_000));
            int who = _random.Next(2);
            SimulatedEnd end = _ends[who];
            switch (_random.Next(6))
            {
                case 0:
                    end.Restart(_nowNs);
                    break;
                case 1:
                    end.Session.TakeDown(_nowNs);
                    break;
                case 2:
                    end.Session.LetUp(_nowNs);
                    break;
                case 3:
                    Change(end);
                    break;
                case 4:
                    _cut[who] ^= true;
                    break;
                default:
                    _cut[0] = _cut[1] = false;
                    break;
            }
        }
    }

    private void Heal()
    {
        _inOrder = true;
        _loss = 0;
        _spreadNs = MsNs / 2;
        _cut[0] = _cut[1] = false;
        foreach (SimulatedEnd end in _ends)
            end.Session.LetUp(_nowNs);
        // The longest detection time of the chaos, the slow pace and a handshake.
        RunFor(9_000);
        foreach (SimulatedEnd end in _ends)
            Require(end.Session.State == BfdState.Up, "a clean wire did not bring the session up");
        RequireAgreement();
    }

    private void KeepUpThroughChanges()
    {
        long[] flaps = [.. _ends.Select(static end => end.Session.Counters.Flaps)];
        for (int i = 0; i < 12; i++)
        {
            SimulatedEnd end = _ends[_random.Next(2)];
            if (end.Session.Polling)
                ChangesUnderPoll++;
            Change(end);
            RunFor(_random.Next(3) == 0 ? _random.Next(2_000) : _random.Next(60));
        }

        RunFor(7_000); // a few rounds of the slowest pace: answers to older questions are waited for
        RequireAgreement();
        int[] sent = [.. _ends.Select(static end => end.Sent)];
        RunFor(10_000);
        for (int i = 0; i < 2; i++)
        {
            Require(_ends[i].Session.Counters.Flaps == flaps[i], "a change of intervals took the session down");
            double rounds = 10_000.0 * MsNs / _ends[i].Session.TransmitNs;
            Require(
                _ends[i].Sent - sent[i] is int count && count >= rounds - 2 && count <= rounds / 0.74 + 2,
                $"{_ends[i].Sent - sent[i]} packets in {rounds:0} intervals");
        }
    }

    /// <summary>One direction or both: neither end may stay up, and a deaf end is the one that notices.</summary>
    private void Cut()
    {
        int which = _random.Next(3);
        _cut[0] = which != 1;
        _cut[1] = which != 0;
        long limitNs = _ends.Max(static end => end.Session.DetectionNs) + 2 * _delayNs + 2 * MsNs;
        RunFor(limitNs / MsNs + 1);
        foreach (SimulatedEnd end in _ends)
            Require(end.Session.State != BfdState.Up, "a cut wire left an end up");
    }

    private void RequireAgreement()
    {
        for (int i = 0; i < 2; i++)
        {
            BfdIntervals own = _ends[i].Intervals;
            BfdIntervals other = _ends[1 - i].Intervals;
            BfdSession session = _ends[i].Session;
            Require(!session.Polling, "a poll never ended");
            Require(
                session.TransmitNs == Math.Max(own.DesiredMinTxMs, other.RequiredMinRxMs) * MsNs,
                $"transmits every {session.TransmitNs} ns");
            Require(
                session.DetectionNs
                    == other.DetectMult * Math.Max(own.RequiredMinRxMs, other.DesiredMinTxMs) * MsNs,
                $"detects in {session.DetectionNs} ns");
        }
    }

    private void RunFor(long ms)
    {
        long endNs = _nowNs + ms * MsNs;
        while (true)
        {
            long nextNs = _flying.TryPeek(out _, out long arrivalNs) ? arrivalNs : long.MaxValue;
            nextNs = Math.Max(_nowNs, Math.Min(nextNs, _ends.Min(static end => end.Session.NextWakeupNs)));
            if (nextNs > endNs)
                break;
            _nowNs = nextNs;
            Deliver();
            for (int i = 0; i < 2; i++)
                Step(i);
        }

        _nowNs = endNs;
    }

    private void Deliver()
    {
        while (_flying.TryPeek(out (int To, byte[] Bytes) packet, out long arrivalNs) && arrivalNs <= _nowNs)
        {
            _flying.Dequeue();
            SimulatedEnd end = _ends[packet.To];
            Require(BfdPacket.TryRead(packet.Bytes, out BfdPacket read) == BfdVerdict.Accepted, "unsound bytes");
            if (read.YourDiscriminator != 0 && read.YourDiscriminator != end.Session.LocalDiscriminator)
                continue;
            BfdState before = end.Session.State;
            end.Session.Receive(read, _nowNs);
            end.HeardNs = _nowNs;
            if (before != BfdState.Up && end.Session.State == BfdState.Up)
                end.TimesUp++;
        }
    }

    private void Step(int index)
    {
        SimulatedEnd end = _ends[index];
        end.Session.OnTime(_nowNs);
        Require(
            end.Session.State != BfdState.Up || _nowNs - end.HeardNs < end.Session.DetectionNs,
            "up although nothing came for a detection time");
        for (int count = 0; end.Session.IsTransmitDue(_nowNs); count++)
        {
            Require(count < 3, "sends without end");
            byte[] bytes = new byte[BfdPacket.SizeBytes];
            end.Session.Write(bytes, _nowNs);
            end.Sent++;
            if (_cut[index] || _random.NextDouble() < _loss)
                continue;
            long arrivalNs = _nowNs + _delayNs + (long)(_random.NextDouble() * _spreadNs);
            if (_inOrder)
                arrivalNs = Math.Max(arrivalNs, _lastArrivalNs[index] + 1);
            _lastArrivalNs[index] = arrivalNs;
            _flying.Enqueue((1 - index, bytes), arrivalNs);
        }
    }

    private void Change(SimulatedEnd end)
    {
        end.Intervals = RandomIntervals();
        end.Session.SetIntervals(end.Intervals, _nowNs);
    }

    private BfdIntervals RandomIntervals() => new()
    {
        DesiredMinTxMs = Interval(),
        RequiredMinRxMs = Interval(),
        DetectMult = _random.Next(1, 5),
    };

    private int Interval() => _random.Next(4) switch
    {
        0 => 50,
        1 => 300,
        2 => _random.Next(20, 100),
        _ => _random.Next(20, 1_200),
    };

    private void Require(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException(
                $"{what}; at {_nowNs / MsNs} ms, delay {_delayNs / 1_000} us: "
                + string.Join(" | ", _ends.Select(static end => $"{end.Session.State} {end.Intervals}")));
    }
}
