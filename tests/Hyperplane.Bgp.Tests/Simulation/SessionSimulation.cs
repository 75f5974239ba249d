using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp.Tests.Simulation;

/// <summary>One speaker's session, one reference peer and the bad network between them, all from one seed.</summary>
internal sealed class SessionSimulation
{
    private const int Rounds = 4;
    private const long StormMs = 50_000;
    private const long CalmMs = 80_000; // the longest pause, an attempt, the transfer

    private readonly Random _random;
    private readonly BgpSession _session;
    private readonly ReferencePeer _peer;
    private readonly PriorityQueue<Action, (long TimeMs, long Order)> _events = new();
    private readonly List<IPNetwork> _pool;
    private Dictionary<IPNetwork, BgpRoute> _desired = [];
    private long _order;
    private long _stormEndMs;
    private long _nowMs;
    private int _connection; // grows with each attempt; what belongs to an older one is void
    private bool _open;
    private bool _peerReachable = true;
    private long _peerReadsAgainMs;
    private long _toPeerMs; // arrival of the last bytes under way: a stream keeps its order
    private long _toSessionMs;

    public SessionSimulation(int seed)
    {
        _random = new Random(seed);
        _session = new BgpSession(Sessions.SessionRig.Defaults, new Random(_random.Next()));
        _peer = new ReferencePeer(new Random(_random.Next()));
        _pool = [.. Enumerable.Range(0, seed % 20 == 0 ? 2500 : 12).Select(i => RandomRoutes.Prefix(
            _random, i % 4 == 0 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)).Distinct()];
    }

    /// <summary>Sessions that came up, over the whole run.</summary>
    public long Established => _session.Counters.Established;

    /// <summary>Rounds of storm and calm, a judgement after each; throws at the first broken promise.</summary>
    public void Run()
    {
        _session.Start(_nowMs);
        AfterInput();
        for (int round = 0; round < Rounds; round++)
        {
            _stormEndMs = _nowMs + StormMs;
            At(_random.Next(8_000), ChangeRoutes);
            At(_random.Next(10_000), Fault);
            At(_random.Next(10_000), AskAgain);
            RunUntil(_stormEndMs + CalmMs);
            Judge();
        }
    }

    private void RunUntil(long endMs)
    {
        while (_nowMs < endMs)
        {
            long nextMs = Math.Min(_session.NextWakeup ?? long.MaxValue, _peer.NextWakeupMs);
            if (_events.TryPeek(out _, out (long TimeMs, long Order) first) && first.TimeMs <= nextMs)
            {
                Go(first.TimeMs);
                _events.Dequeue()();
            }
            else
            {
                Go(nextMs);
                _session.OnTime(_nowMs);
                _peer.OnTime(_nowMs);
            }

            AfterInput();
        }
    }

    private void Go(long timeMs)
    {
        if (timeMs < _nowMs)
            throw new InvalidOperationException($"a wakeup at {timeMs} that {_nowMs} did not handle");
        _nowMs = timeMs;
    }

    private void Judge()
    {
        Require(_session.State == BgpState.Established, $"state {_session.State}, last error {_session.LastError}");
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (BgpRoute route in _desired.Values)
            expected[$"{route.Prefix}"] = Attributes(route);
        Require(_peer.Rib.SequenceEqual(expected), $"{_peer.Rib.Count} routes at the peer, {expected.Count} desired");
        Require(_peer.EndsOfRib == 2, $"{_peer.EndsOfRib} ends of RIB");
        int sent = _session.PrefixesSent;
        Require(sent == expected.Count, $"{sent} prefixes sent, {expected.Count} desired");
        Require(_desired.Keys.All(_session.IsSent), "a desired prefix does not count as sent");
    }

    /// <summary>
    /// What the reference peer should have for a route, from the RFCs: ORIGIN, AS_PATH, NEXT_HOP, MED, …
    /// </summary>
    private static string Attributes(BgpRoute route)
    {
        string path = string.Concat(Enumerable.Repeat("0000FC59", 1 + route.Prepend));
        string nextHop = Convert.ToHexString(route.NextHop!.GetAddressBytes());
        string words = $"1=00 2=02{1 + route.Prepend:X2}{path} 3={nextHop}";
        if (route.Med is { } med)
            words += $" 4={med:X8}";
        if (route.Communities.Count > 0)
            words += $" 8={string.Concat(route.Communities.Select(static c => $"{c.Value:X8}"))}";
        return words;
    }

    private void ChangeRoutes()
    {
        var next = new Dictionary<IPNetwork, BgpRoute>(_desired);
        int changes = _random.Next(5) == 0 ? _pool.Count : _random.Next(1, 6);
        for (int i = 0; i < changes; i++)
        {
            IPNetwork prefix = _pool[_random.Next(_pool.Count)];
            if (_random.Next(3) == 0)
                next.Remove(prefix);
            else
                next[prefix] = NextRoute(prefix);
        }

        _desired = next;
        _session.SetRoutes([.. next.Values], _nowMs);
        if (_nowMs < _stormEndMs)
            At(_random.Next(20) == 0 ? 0 : _random.Next(5_000), ChangeRoutes);
    }

    private BgpRoute NextRoute(IPNetwork prefix)
    {
        bool ipv4 = prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        string nextHop = ipv4 ? $"10.99.0.{_random.Next(3)}" : $"2001:db8::{_random.Next(3)}";
        return new BgpRoute(prefix, IPAddress.Parse(nextHop))
        {
            Med = _random.Next(2) == 0 ? null : (uint)_random.Next(3),
            Prepend = _random.Next(3),
            Communities = _random.Next(2) == 0 ? [] : [BgpCommunity.GracefulShutdown],
        };
    }

    private void AskAgain()
    {
        _peer.AskAgain();
        if (_nowMs < _stormEndMs)
            At(_random.Next(10_000), AskAgain);
    }

    private void Fault()
    {
        if (_nowMs > _stormEndMs)
        {
            _peerReachable = true;
            return;
        }

        switch (_random.Next(7))
        {
            case 0: // both ends see a reset
                if (_open)
                    Break("reset");
                break;
            case 1: // the peer's host dies in silence: what is on the wire is lost, nobody is told
                _connection++;
                _open = false;
                _peer.Forget();
                break;
            case 2:
                _peerReachable = !_peerReachable;
                break;
            case 3:
                _peerReadsAgainMs = _nowMs + _random.Next(15_000);
                break;
            case 4: // the speaker's process is told to stop, and started again
                _session.Stop("restart", _nowMs);
                AfterInput();
                _session.Start(_nowMs);
                break;
            case 5:
                _session.OnBfdDown(_nowMs);
                AfterInput();
                break;
            default:
                _peer.SayAnything();
                break;
        }

        At(_random.Next(12_000), Fault);
    }

    private void AfterInput()
    {
        while (_session.TryTakeAction(out BgpAction action))
        {
            if (action == BgpAction.Connect)
            {
                Connect();
            }
            else
            {
                SendAll();
                Close();
            }
        }

        if (_open)
        {
            SendSome();
            Deliver(_peer.TakeOutput());
            if (_peer.Ended)
                Break("closed", afterData: true);
        }
    }

    private void Connect()
    {
        int connection = ++_connection;
        _open = false;
        int outcome = _peerReachable ? _random.Next(10) : 10;
        if (outcome == 0)
            At(_random.Next(100), () => IfCurrent(connection, () => _session.OnTransportFailed("refused", _nowMs)));
        else if (outcome < 10)
            At(_random.Next(1, 50), () => IfCurrent(connection, Accept));
    }

    private void Accept()
    {
        _open = true;
        _toPeerMs = _toSessionMs = _nowMs;
        _peer.Accept(_nowMs);
        _session.OnTransportConnected(IPAddress.Parse("10.99.0.11"), _nowMs);
    }

    private void SendSome()
    {
        if (_session.Output.IsEmpty || _nowMs < _peerReadsAgainMs)
        {
            int waiting = _connection;
            if (!_session.Output.IsEmpty)
                At(_peerReadsAgainMs - _nowMs, () => IfCurrent(waiting, static () => { }));
            return;
        }

        int count = _random.Next(4) == 0 ? _random.Next(1, _session.Output.Length + 1) : _session.Output.Length;
        Carry(_session.Output.Span[..count]);
        _session.OnSent(count, _nowMs);
        if (!_session.Output.IsEmpty)
        {
            int current = _connection;
            At(_random.Next(20), () => IfCurrent(current, static () => { }));
        }
    }

    private void SendAll()
    {
        if (_open)
            Carry(_session.Output.Span);
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        int connection = _connection;
        _toPeerMs = Math.Max(_toPeerMs, _nowMs + _random.Next(200));
        At(_toPeerMs - _nowMs, () => IfCurrent(connection, () => _peer.Receive(copy, _nowMs)));
    }

    private void Deliver(byte[] bytes)
    {
        int connection = _connection;
        for (int at = 0; at < bytes.Length;)
        {
            int count = Math.Min(_random.Next(3) == 0 ? _random.Next(1, 30) : 5000, bytes.Length - at);
            byte[] part = bytes[at..(at + count)];
            _toSessionMs = Math.Max(_toSessionMs, _nowMs + _random.Next(200));
            At(_toSessionMs - _nowMs, () => IfCurrent(connection, () => _session.OnBytes(part, _nowMs)));
            at += count;
        }
    }

    /// <summary>The session closed: the peer reads what was sent, then the end.</summary>
    private void Close()
    {
        int connection = _connection;
        _open = false;
        At(Math.Max(0, _toPeerMs - _nowMs), () => IfCurrent(connection, _peer.Forget));
    }

    private void Break(string reason, bool afterData = false)
    {
        int connection = _connection;
        _open = false;
        _peer.Forget();
        long delayMs = afterData ? Math.Max(0, _toSessionMs - _nowMs) : 0;
        At(delayMs, () => IfCurrent(connection, () => _session.OnTransportFailed(reason, _nowMs)));
    }

    private void IfCurrent(int connection, Action action)
    {
        if (connection == _connection)
            action();
    }

    private void At(long inMs, Action action) => _events.Enqueue(action, (_nowMs + inMs, _order++));

    private static void Require(bool kept, string breach)
    {
        if (!kept)
            throw new InvalidOperationException(breach);
    }
}
