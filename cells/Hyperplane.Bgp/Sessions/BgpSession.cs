using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp;

/// <summary>
/// One end of a BGP session that only originates: bytes and time go in, bytes and a next wakeup come out.
/// </summary>
/// <remarks>
/// The state machine of RFC 4271 8 for a side that always connects, so collisions (6.8) cannot happen. Differences:
/// after a failed attempt it waits in Active; after a failed session it waits in Idle with a pause that doubles until a
/// session has lasted its hold time. Times are milliseconds of any clock that never goes back. Not thread-safe. The
/// driver hands in only bytes and failures of the connection opened last, and none after <see cref="BgpAction.Close"/>.
/// </remarks>
public sealed class BgpSession
{
    private const int RefreshPauseMs = 1_000;

    private readonly BgpSessionOptions _options;
    private readonly Random _random;
    private readonly BackOff _idleHold;
    private readonly BackOff _connectPause;
    private readonly SessionTimers _timers = new();
    private readonly InputBuffer _input = new();
    private readonly OutputBuffer _output = new();
    private readonly RoutesOut _routes = new();
    private readonly Queue<BgpAction> _actions = new();
    private readonly HashSet<BgpFamily> _refreshWanted = [];
    private OpenMessage? _peerOpen;
    private IPAddress _localAddress = IPAddress.None;
    private long _holdMs;
    private long _establishedAtMs;
    private long _lastRefreshMs = long.MinValue / 2;

    /// <summary>A session in Idle; <see cref="Start"/> sets it going.</summary>
    public BgpSession(BgpSessionOptions options, Random random)
    {
        _options = options;
        _random = random;
        _idleHold = new BackOff(options.IdleHoldMinMs, options.IdleHoldMaxMs, random);
        _connectPause = new BackOff(options.IdleHoldMinMs, options.ConnectRetrySeconds * 1000, random);
    }

    /// <summary>Where the state machine stands.</summary>
    public BgpState State { get; private set; } = BgpState.Idle;

    /// <summary>Why the last connection or attempt ended; null if none did.</summary>
    public string? LastError { get; private set; }

    /// <summary>Prefixes the Established peer has been sent, and <see cref="IsSent"/> in numbers.</summary>
    public int PrefixesSent => _routes.Sent.Count;

    /// <summary>Desired prefixes that this session cannot carry: family not agreed on, or no next hop of it.</summary>
    public int PrefixesUnsendable => _routes.UnsendableCount;

    /// <summary>Negotiated, in seconds; 0 outside OpenConfirm and Established, or if the peer wants none.</summary>
    public int HoldTimeSeconds => (int)(_holdMs / 1000);

    /// <summary>Counts since the session was made.</summary>
    public BgpSessionCounters Counters { get; } = new();

    /// <summary>When <see cref="OnTime"/> wants to be called next; null: only after another input.</summary>
    public long? NextWakeup => _timers.Next;

    /// <summary>Bytes to send, in order; <see cref="OnSent"/> takes them off.</summary>
    public ReadOnlyMemory<byte> Output => _output.Pending;

    /// <summary>Prefixes whose announcement has left the output of an Established session.</summary>
    internal IReadOnlyCollection<IPNetwork> Sent => _routes.Sent;

    /// <summary>Grows with each change of <see cref="Sent"/>.</summary>
    internal long SentVersion => _routes.SentVersion;

    /// <summary>True if the announcement has left the output of an Established session and was not withdrawn.</summary>
    public bool IsSent(IPNetwork prefix) => _routes.IsSent(prefix);

    /// <summary>The next thing to do, oldest first; false if there is none.</summary>
    public bool TryTakeAction(out BgpAction action) => _actions.TryDequeue(out action);

    /// <summary>Begins to connect, at once; only in Idle.</summary>
    public void Start(long nowMs)
    {
        if (State == BgpState.Idle)
            BeginConnect(nowMs);
    }

    /// <summary>The connection asked for is there.</summary>
    /// <param name="localAddress">Our end of it: next hop of routes that name none.</param>
    /// <param name="nowMs">The time.</param>
    public void OnTransportConnected(IPAddress localAddress, long nowMs)
    {
        if (State != BgpState.Connect)
            return;
        _localAddress = localAddress;
        _connectPause.Reset();
        _input.Clear();
        _timers.Clear();
        var capabilities = new BgpCapabilities
        {
            Families = [BgpFamily.Ipv4Unicast, BgpFamily.Ipv6Unicast],
            RouteRefresh = true,
            FourOctetAs = _options.LocalAs,
        };
        var open = new OpenMessage(
            _options.LocalAs, (ushort)_options.HoldTimeSeconds, _options.Identifier, capabilities);
        _output.Commit(open.Write(_output.Reserve()));
        _timers.Hold = nowMs + _options.OpenTimeSeconds * 1000L;
        State = BgpState.OpenSent;
        AfterInput(nowMs);
    }

    /// <summary>The attempt failed, or the connection broke or was closed by the peer.</summary>
    public void OnTransportFailed(string reason, long nowMs)
    {
        if (State is BgpState.Idle or BgpState.Active)
            return;
        LastError = reason;
        _output.Clear();
        if (State == BgpState.Connect)
        {
            _timers.Clear();
            _timers.ConnectRetry = nowMs + _connectPause.Next();
            State = BgpState.Active;
            return;
        }

        GoIdle(nowMs);
    }

    /// <summary>Bytes from the peer, cut anywhere.</summary>
    public void OnBytes(ReadOnlySpan<byte> bytes, long nowMs)
    {
        while (State >= BgpState.OpenSent && !bytes.IsEmpty)
        {
            bytes = bytes[_input.Fill(bytes)..];
            while (State >= BgpState.OpenSent)
            {
                FrameVerdict verdict = _input.Peek(
                    out BgpMessageType type, out ReadOnlySpan<byte> message, out BgpError? error);
                if (verdict == FrameVerdict.NeedMore)
                    break;
                if (verdict == FrameVerdict.Bad)
                {
                    Fail(error!, nowMs);
                    break;
                }

                int lengthBytes = message.Length;
                OnMessage(type, message, nowMs);
                if (State >= BgpState.OpenSent)
                    _input.Remove(lengthBytes);
            }
        }

        AfterInput(nowMs);
    }

    /// <summary>Time has passed.</summary>
    public void OnTime(long nowMs)
    {
        if (SessionTimers.Due(_timers.IdleHold, nowMs))
            BeginConnect(nowMs);
        if (SessionTimers.Due(_timers.ConnectRetry, nowMs))
        {
            if (State == BgpState.Connect)
            {
                string hint = _options.HasPassword ? " (a wrong or missing password looks like this)" : "";
                LastError = $"cannot connect: no answer within {_options.ConnectRetrySeconds} s{hint}";
                _actions.Enqueue(BgpAction.Close);
            }

            BeginConnect(nowMs);
        }

        if (SessionTimers.Due(_timers.SendHold, nowMs))
            Fail(new BgpError(BgpErrorCode.SendHoldTimerExpired, 0), nowMs);
        if (SessionTimers.Due(_timers.Hold, nowMs))
            Fail(new BgpError(BgpErrorCode.HoldTimerExpired, 0), nowMs);
        if (SessionTimers.Due(_timers.Keepalive, nowMs))
            SendKeepalive(nowMs);
        AfterInput(nowMs);
    }

    /// <summary>Replaces the set of routes the peer shall know; prefixes must be unique.</summary>
    public void SetRoutes(IReadOnlyCollection<BgpRoute> desired, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(desired);
        _routes.SetDesired(desired);
        AfterInput(nowMs);
    }

    /// <summary>The driver has sent the first <paramref name="count"/> bytes of <see cref="Output"/>.</summary>
    public void OnSent(int count, long nowMs)
    {
        _output.Remove(count);
        _timers.SendHold = null;
        if (_output.IsEmpty)
            _routes.OnDrained();
        AfterInput(nowMs);
    }

    /// <summary>BFD lost the peer: an Established session ends with Cease 6/10 (RFC 9384) and is tried again; others
    /// have told the peer nothing yet that would have to end.</summary>
    public void OnBfdDown(long nowMs)
    {
        if (State == BgpState.Established)
            Fail(new BgpError(BgpErrorCode.Cease, NotificationMessage.BfdDown), nowMs);
    }

    /// <summary>Ends the session with Cease 6/2 and the reason (RFC 9003), and stays in Idle.</summary>
    public void Stop(string reason, long nowMs)
    {
        if (State >= BgpState.OpenSent)
            Fail(NotificationMessage.Shutdown(reason), nowMs);
        else if (State == BgpState.Connect)
            _actions.Enqueue(BgpAction.Close);
        LastError = $"stopped: {reason}";
        _timers.Clear();
        State = BgpState.Idle;
    }

    private void BeginConnect(long nowMs)
    {
        _timers.Clear();
        _output.Clear();
        _timers.ConnectRetry = nowMs + BackOff.Jitter(_options.ConnectRetrySeconds * 1000L, _random);
        _actions.Enqueue(BgpAction.Connect);
        State = BgpState.Connect;
    }

    private void OnMessage(BgpMessageType type, ReadOnlySpan<byte> message, long nowMs)
    {
        ReadOnlySpan<byte> body = message[BgpHeader.SizeBytes..];
        if (type == BgpMessageType.Notification)
            OnNotification(NotificationMessage.Read(body), nowMs);
        else if (State == BgpState.OpenSent && type == BgpMessageType.Open)
            OnOpen(body, nowMs);
        else if (State == BgpState.OpenConfirm && type == BgpMessageType.Keepalive)
            OnFirstKeepalive(nowMs);
        else if (State != BgpState.Established || type == BgpMessageType.Open)
            Fail(new BgpError(BgpErrorCode.FiniteStateMachine, (byte)(State - BgpState.Active)), nowMs);
        else
            OnEstablishedMessage(type, message, body, nowMs);
    }

    private void OnOpen(ReadOnlySpan<byte> body, long nowMs)
    {
        BgpError? error = OpenReader.Read(body, out OpenMessage? open) ?? OpenPolicy.Check(open!, _options);
        if (error is not null)
        {
            Fail(error, nowMs, OpenPolicy.Explain(error, open, _options));
            return;
        }

        _peerOpen = open;
        _holdMs = Math.Min(_options.HoldTimeSeconds, open!.HoldTimeSeconds) * 1000L;
        State = BgpState.OpenConfirm;
        RestartHold(nowMs);
        SendKeepalive(nowMs);
    }

    private void OnFirstKeepalive(long nowMs)
    {
        Counters.KeepalivesReceived++;
        Counters.Established++;
        State = BgpState.Established;
        _establishedAtMs = nowMs;
        RestartHold(nowMs);
        BgpCapabilities peer = _peerOpen!.Capabilities;
        _routes.Begin(
            new UpdateContext(_options.LocalAs, _options.Internal, peer.FourOctetAs is not null, _localAddress), peer);
    }

    private void OnEstablishedMessage(
        BgpMessageType type, ReadOnlySpan<byte> message, ReadOnlySpan<byte> body, long nowMs)
    {
        RestartHold(nowMs);
        if (type == BgpMessageType.Keepalive)
        {
            Counters.KeepalivesReceived++;
        }
        else if (type == BgpMessageType.Update)
        {
            Counters.UpdatesIgnored++;
            bool fourOctetAs = _peerOpen!.Capabilities.FourOctetAs is not null;
            UpdateVerdict verdict = UpdateReader.Read(body, fourOctetAs, out _, out BgpError? error);
            if (verdict != UpdateVerdict.Accepted)
                Counters.UpdatesMalformed++;
            if (error is not null)
                Fail(error, nowMs);
        }
        else if (RouteRefreshMessage.Read(message, out RouteRefreshMessage refresh) is { } error)
        {
            Fail(error, nowMs);
        }
        else if (refresh.Subtype == 0 && _peerOpen!.Capabilities.Accepts(refresh.Family))
        {
            _refreshWanted.Add(refresh.Family);
            _timers.Refresh = Math.Max(nowMs, _lastRefreshMs + RefreshPauseMs);
        }
    }

    private void OnNotification(BgpError error, long nowMs)
    {
        Counters.NotificationsReceived++;
        string text = NotificationMessage.Text(error) is { } reason ? $": \"{reason}\"" : "";
        LastError = $"peer said {error.Describe()}{text}";
        _output.Clear();
        _actions.Enqueue(BgpAction.Close);
        GoIdle(nowMs);
    }

    private void Fail(BgpError error, long nowMs, string? explanation = null)
    {
        if (State < BgpState.OpenSent)
            return;
        LastError = explanation is null ? error.Describe() : $"{error.Describe()}: {explanation}";
        _output.Commit(NotificationMessage.Write(_output.Reserve(), error));
        Counters.NotificationsSent++;
        _actions.Enqueue(BgpAction.Close);
        GoIdle(nowMs);
    }

    private void GoIdle(long nowMs)
    {
        Counters.Failures++;
        long lastedMs = State == BgpState.Established ? nowMs - _establishedAtMs : -1;
        if (lastedMs >= (_holdMs > 0 ? _holdMs : _options.OpenTimeSeconds * 1000L))
            _idleHold.Reset();
        _routes.End();
        _input.Clear();
        _peerOpen = null;
        _holdMs = 0;
        _refreshWanted.Clear();
        _timers.Clear();
        _timers.IdleHold = nowMs + _idleHold.Next();
        State = BgpState.Idle;
    }

    private void RestartHold(long nowMs) => _timers.Hold = _holdMs > 0 ? nowMs + _holdMs : null;

    private void SendKeepalive(long nowMs)
    {
        // A full output says the peer is not reading; one more message would only make the queue longer.
        if (_output.HasRoomForUpdate)
        {
            _output.Commit(KeepaliveMessage.Write(_output.Reserve()));
            Counters.KeepalivesSent++;
        }

        long everyMs = Math.Min(_options.KeepaliveSeconds * 1000L, _holdMs / 3);
        _timers.Keepalive = _holdMs > 0 ? nowMs + BackOff.Jitter(everyMs, _random) : null;
    }

    private void AfterInput(long nowMs)
    {
        if (State == BgpState.Established)
        {
            if (SessionTimers.Due(_timers.Refresh, nowMs))
                AnswerRefresh(nowMs);
            Counters.UpdatesSent += _routes.Pump(_output);
        }

        if (State < BgpState.OpenSent || _output.IsEmpty)
            _timers.SendHold = null;
        else
            _timers.SendHold ??= nowMs + Math.Max(_options.SendHoldTimeSeconds * 1000L, 2 * _holdMs);
    }

    private void AnswerRefresh(long nowMs)
    {
        foreach (BgpFamily family in _refreshWanted)
            _routes.Refresh(family);
        _refreshWanted.Clear();
        _timers.Refresh = null;
        _lastRefreshMs = nowMs;
        Counters.RefreshesAnswered++;
    }
}
