namespace Hyperplane.Bfd;

/// <summary>One end of an asynchronous BFD session: packets and time go in, packets and a next wakeup come
/// out.</summary>
/// <remarks>
/// RFC 5880 in the active role, without echo, demand mode of our own or authentication. Times are nanoseconds of any
/// clock that never goes back. Not thread safe, allocates nothing. The driver picks the session of a packet
/// (<see cref="BfdPacket.TryRead"/> has judged it), and, whenever <see cref="IsTransmitDue"/>, either sends what
/// <see cref="Write"/> gives or calls <see cref="Suppress"/>. Before <see cref="OnTime"/> it hands in everything that
/// has arrived.
/// </remarks>
public sealed class BfdSession
{
    private const int RetryParts = 4;

    private readonly BfdTimers _timers;
    private readonly Random _random;
    private long _heardNs;
    private long _lastSentNs;
    private long _nextSendNs;
    private int _toldMult;
    private bool _finalDue;
    private bool _newsDue;
    private bool _remoteDemand;

    /// <summary>A session in Down whose first packet is due within a second.</summary>
    /// <param name="intervals">Must have no <see cref="BfdIntervals.Problems"/>.</param>
    /// <param name="localDiscriminator">Our name of the session: not 0, unique in the node.</param>
    /// <param name="random">Jitter.</param>
    /// <param name="nowNs">The time.</param>
    public BfdSession(BfdIntervals intervals, uint localDiscriminator, Random random, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfZero(localDiscriminator);
        _timers = new BfdTimers(intervals);
        _random = random;
        LocalDiscriminator = localDiscriminator;
        _toldMult = intervals.DetectMult;
        _heardNs = _lastSentNs = Counters.ChangedAtNs = nowNs;
        _nextSendNs = nowNs + (long)(random.NextDouble() * _timers.TransmitNs / RetryParts);
    }

    /// <summary>Where the session stands.</summary>
    public BfdState State { get; private set; } = BfdState.Down;

    /// <summary>What our packets give as the reason of the last change.</summary>
    public BfdDiagnostic Diagnostic { get; private set; }

    /// <summary>What made <see cref="State"/> what it is.</summary>
    public BfdCause Cause { get; private set; } = BfdCause.Ours;

    /// <summary>Our name of the session.</summary>
    public uint LocalDiscriminator { get; }

    /// <summary>The peer's name of the session, 0 while it is unknown.</summary>
    public uint RemoteDiscriminator { get; private set; }

    /// <summary>The state the peer told last.</summary>
    public BfdState RemoteState { get; private set; } = BfdState.Down;

    /// <summary>The reason the peer told last.</summary>
    public BfdDiagnostic RemoteDiagnostic { get; private set; }

    /// <summary>What is asked for.</summary>
    public BfdIntervals Intervals => _timers.Wanted;

    /// <summary>True while a change of intervals waits for the peer's answer.</summary>
    public bool Polling => _timers.Polling;

    /// <summary>Time between our packets before jitter, in nanoseconds.</summary>
    public long TransmitNs => _timers.TransmitNs;

    /// <summary>Silence after which the peer is given up, in nanoseconds; 0 while nothing of it is known.</summary>
    public long DetectionNs => _timers.DetectionNs;

    /// <summary>Counts since the session was made.</summary>
    public BfdSessionCounters Counters { get; } = new();

    /// <summary>When <see cref="OnTime"/> or a transmission is due; <see cref="long.MaxValue"/>: only after another
    /// input.</summary>
    public long NextWakeupNs => _finalDue || _newsDue ? 0 : Math.Min(_nextSendNs, Deadline);

    private long Deadline => DetectionNs == 0 ? long.MaxValue : _heardNs + DetectionNs;

    /// <summary>A sound packet of this session has come (RFC 5880 6.8.6).</summary>
    public void Receive(in BfdPacket packet, long nowNs)
    {
        long paceNs = TransmitNs;
        bool wasHeld = IsHeld;
        Counters.Received++;
        RemoteDiscriminator = packet.MyDiscriminator;
        RemoteState = packet.State;
        RemoteDiagnostic = packet.Diagnostic;
        _remoteDemand = packet.Demand;
        _timers.OnPacket(packet);
        _heardNs = nowNs;
        if (State == BfdState.AdminDown)
            return;
        Follow(packet.State, nowNs);
        _finalDue |= packet.Poll;
        if (TransmitNs != paceNs || IsHeld != wasHeld)
            Schedule(_lastSentNs);
    }

    /// <summary>Gives the peer up if its detection time is over; to be called at <see cref="NextWakeupNs"/>.</summary>
    public void OnTime(long nowNs)
    {
        if (nowNs < Deadline)
            return;
        RemoteDiscriminator = 0;
        _remoteDemand = false;
        _timers.Forget();
        if (State is BfdState.Init or BfdState.Up)
            Become(BfdState.Down, BfdDiagnostic.ControlDetectionTimeExpired, BfdCause.DetectionTimeExpired, nowNs);
        else
            Schedule(_lastSentNs);
    }

    /// <summary>We were deaf: the peer gets a whole detection time from now on before it is judged.</summary>
    public void Excuse(long nowNs) => _heardNs = Math.Max(_heardNs, nowNs);

    /// <summary>True if a packet shall leave now.</summary>
    public bool IsTransmitDue(long nowNs) => _finalDue || _newsDue || nowNs >= _nextSendNs;

    /// <summary>Writes the packet that is due; several may be, one after the other.</summary>
    /// <param name="buffer">At least <see cref="BfdPacket.SizeBytes"/>.</param>
    /// <param name="nowNs">The time.</param>
    public void Write(Span<byte> buffer, long nowNs)
    {
        bool final = _finalDue;
        var packet = new BfdPacket
        {
            State = State,
            Diagnostic = Diagnostic,
            Poll = Polling && !final,
            Final = final,
            DetectMult = (byte)Intervals.DetectMult,
            MyDiscriminator = LocalDiscriminator,
            YourDiscriminator = RemoteDiscriminator,
            DesiredMinTxUs = _timers.DesiredMinTxUs,
            RequiredMinRxUs = _timers.RequiredMinRxUs,
        };
        packet.Write(buffer);
        _toldMult = packet.DetectMult;
        Counters.Sent++;
        _finalDue = false;
        if (final)
            return; // answers stand outside the rhythm, or a peer that always asks would never be asked
        if (packet.Poll)
            _timers.OnAsked();
        _newsDue = false;
        _lastSentNs = nowNs;
        Schedule(nowNs);
    }

    /// <summary>What is due must not leave: this node does not forward. Asks again a quarter interval later.</summary>
    public void Suppress(long nowNs)
    {
        Counters.Suppressed++;
        _finalDue = _newsDue = false;
        _nextSendNs = nowNs + TransmitNs / RetryParts;
    }

    /// <summary>Changes the intervals; an Up session stays up and polls.</summary>
    public void SetIntervals(BfdIntervals intervals, long nowNs)
    {
        _timers.Want(intervals, State == BfdState.Up);
        Schedule(_lastSentNs);
        _newsDue |= nowNs >= _nextSendNs;
    }

    /// <summary>Takes the session down on purpose; the peer is told at once.</summary>
    public void TakeDown(long nowNs)
    {
        if (State != BfdState.AdminDown)
            Become(BfdState.AdminDown, BfdDiagnostic.AdministrativelyDown, BfdCause.Ours, nowNs);
    }

    /// <summary>Lets a session that was taken down try again.</summary>
    public void LetUp(long nowNs)
    {
        if (State == BfdState.AdminDown)
            Become(BfdState.Down, BfdDiagnostic.None, BfdCause.Ours, nowNs);
    }

    /// <summary>True when no periodic packet may leave (RFC 5880 6.8.7).</summary>
    private bool IsHeld => _timers.RemoteMinRxUs == 0
        || (_remoteDemand && State == BfdState.Up && RemoteState == BfdState.Up && !Polling);

    private void Follow(BfdState remote, long nowNs)
    {
        switch (State, remote)
        {
            case (BfdState.Init or BfdState.Up, BfdState.AdminDown):
                Become(
                    BfdState.Down, BfdDiagnostic.NeighborSignaledSessionDown, BfdCause.PeerAdminDown, nowNs);
                break;
            case (BfdState.Up, BfdState.Down):
                Become(BfdState.Down, BfdDiagnostic.NeighborSignaledSessionDown, BfdCause.PeerDown, nowNs);
                break;
            case (BfdState.Down, BfdState.Down):
                Become(BfdState.Init, BfdDiagnostic.None, BfdCause.Handshake, nowNs);
                break;
            case (BfdState.Down, BfdState.Init):
            case (BfdState.Init, BfdState.Init or BfdState.Up):
                Become(BfdState.Up, BfdDiagnostic.None, BfdCause.Handshake, nowNs);
                break;
        }
    }

    private void Become(BfdState state, BfdDiagnostic diagnostic, BfdCause cause, long nowNs)
    {
        if (State == BfdState.Up)
            Counters.Flaps++;
        if (diagnostic != BfdDiagnostic.None)
            Counters.LastDiagnostic = diagnostic;
        (State, Diagnostic, Cause) = (state, diagnostic, cause);
        Counters.ChangedAtNs = nowNs;
        _timers.Settle(state == BfdState.Up);
        _newsDue = true;
        Schedule(_lastSentNs);
    }

    /// <summary>75 to 100 % of the interval, 75 to 90 % when one loss is enough to fail (RFC 5880 6.8.7), as far as the
    /// peer knows.</summary>
    private void Schedule(long fromNs)
    {
        if (IsHeld)
        {
            _nextSendNs = long.MaxValue;
            return;
        }

        double part = _toldMult == 1 ? 0.90 - 0.15 * _random.NextDouble() : 1 - 0.25 * _random.NextDouble();
        _nextSendNs = fromNs + (long)(TransmitNs * part);
    }
}
