using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>What a pipeline does with frames of flows that are not its own, or not yet surely so: relay, ask the flow
/// directory and keep the frame meanwhile.</summary>
/// <remarks>A relayed frame, known by a peer's MAC address, is never relayed again and never asked for; a SYN that was
/// relayed because the flow before it was ours begins the next one here.</remarks>
internal sealed class SharedFlows
{
    private const int LeastRelays = 1_024;
    private const int MostRelays = 65_536;
    private const int NoPlace = -1;
    private const int AnswersPerTurn = 256;
    private const int DuePerTurn = 256;
    private const int MillisecondNs = 1_000_000;

    private readonly PacketPipeline _pipeline;
    private readonly IFrameIo _io;
    private readonly FrameOutlet _outlet;
    private readonly PacketCounters _packets;
    private readonly FlowColumns _columns;
    private readonly FlowPublisher _publisher;
    private readonly SynAckPark _synAcks;
    private readonly PendingLookUps _pending;
    private readonly RelayTable _relays;
    private readonly UdpInserts _inserts;
    private readonly Fragments _fragments;
    private readonly PeerRelay _relay;
    private readonly FlowAnswers _answers;
    private readonly TokenBucket _resets;
    private readonly Directory.FlowExchange _exchange;
    private PeerTable _peers;
    private int _place = NoPlace;
    private int _synAckOf = NoPlace;
    private bool _mayCreate;
    private bool _isResuming;
    private bool _isFilling = true;

    public SharedFlows(
        PacketPipeline pipeline, DataplaneOptions options, FlowLifecycle flows, FlowPublisher publisher,
        INextHops nextHops, IFrameIo io, IRelayCache? relayCache, ulong seed)
    {
        _pipeline = pipeline;
        _io = io;
        _packets = pipeline.Counters.Packets;
        _outlet = new FrameOutlet(io, _packets, pipeline.Wrapping);
        _relay = new PeerRelay(pipeline.Wrapping.Tunnel);
        _resets = pipeline.Wrapping.Commons.Resets;
        _columns = pipeline.Flows.Columns;
        _publisher = publisher;
        _exchange = options.Exchange!;
        _synAcks = new SynAckPark(_columns);
        _pending = new PendingLookUps(seed);
        _relays = new RelayTable(
            Math.Clamp(options.FlowCapacity, LeastRelays, MostRelays), seed, relayCache);
        _inserts = new UdpInserts(_columns, publisher, options.HalfOpenCapacity);
        _fragments = new Fragments(_relay, pipeline.Wrapping, options.NodeId, seed);
        _peers = new PeerTable([], nextHops, options.NodeId);
        _answers = new FlowAnswers(this, pipeline.Flows, flows, publisher, nextHops, options.NodeId);
    }

    /// <summary>Keys that are relayed.</summary>
    public RelayTable Relays => _relays;

    /// <summary>Keys that the directory was asked for and did not answer yet.</summary>
    public int OpenLookUps => _pending.Count;

    /// <summary>Packets whose fragments are remembered.</summary>
    public int FragmentedPackets => _fragments.Count;

    /// <summary>The SYN-ACKs that wait.</summary>
    public SynAckPark SynAcks => _synAcks;

    /// <summary>The tables in use.</summary>
    public ModelTables Tables { get; set; } = ModelTables.Empty;

    /// <summary>The other nodes; written by any thread.</summary>
    public PeerTable Peers
    {
        get => Volatile.Read(ref _peers);
        set => Volatile.Write(ref _peers, value);
    }

    /// <summary>Whether answers wait.</summary>
    public bool IsBusy => !_exchange.Answers.IsEmpty;

    /// <summary>Whether this start may give out a port.</summary>
    public bool HasPort(in PacketAddress address, ushort portBe) => _pipeline.Ports.Has(address, portBe);

    /// <summary>Takes what the directory said since the last turn; the number of answers.</summary>
    public int TakeAnswers(long nowNs)
    {
        int count = 0;
        // What the directory had to say of its filling was said before this shows.
        bool isFilled = !_exchange.IsFilling;
        while (count < AnswersPerTurn && _exchange.Answers.TryRead(out Directory.FlowAnswer answer))
        {
            _answers.Apply(answer, nowNs);
            count++;
        }
        _isFilling = _isFilling && !(isFilled && count < AnswersPerTurn);
        return count;
    }

    /// <summary>Does what is due by time, and rings for the requests of this turn.</summary>
    public void Work(long nowNs)
    {
        for (int i = 0; i < DuePerTurn && _synAcks.TryTakeDue(nowNs, out int slot, out FrameSlot frame); i++)
            GoOn(slot, frame, nowNs);
        _inserts.Work(nowNs);
        for (int place = _pending.NextOverdue(nowNs); place != NoPlace; place = _pending.NextOverdue(nowNs))
            Drop(_pending.End(place, out _), PacketCounter.DropDirectoryTimeout);
        while (_fragments.TryTakeReady(out FrameSlot fragment))
            Resume(fragment, nowNs);
        while (_fragments.TryTakeOverdue(nowNs, out FrameSlot fragment))
            Drop(fragment, PacketCounter.DropFragment);
        _relays.Work(nowNs);
        _publisher.Ring();
    }

    /// <summary>Milliseconds the loop may wait for frames.</summary>
    public int WaitMs(long nowNs, int atMost)
    {
        long dueNs = Math.Min(_synAcks.DueNs, _inserts.DueNs);
        return dueNs == long.MaxValue
            ? atMost
            : (int)Math.Clamp((dueNs - nowNs + MillisecondNs - 1) / MillisecondNs, 0, atMost);
    }

    /// <summary>A UDP flow was created: it is inserted a little later, should it live.</summary>
    public void WatchDatagramFlow(int slot, long nowNs) => _inserts.Add(slot, nowNs);

    /// <summary>Whether a SYN-ACK must wait for the directory's word; the caller then parks the frame. Where the target
    /// answers the client itself it is the SYN that waits.</summary>
    public bool MustWait(int slot, FlowSide side, in TcpView tcp)
    {
        const TcpFlags SynAck = TcpFlags.Syn | TcpFlags.Ack;
        bool isSyn = side == FlowSide.Client && TcpTracker.IsOpening(tcp.Flags) && _columns.IsDirect(slot);
        bool isSynAck = side == FlowSide.Target && (tcp.Flags & SynAck) == SynAck;
        if (!(isSyn || isSynAck) || _columns.State[slot] is not (FlowState.SynSeen or FlowState.SynAckSeen))
            return false;
        ref FlowFlags flags = ref _columns.Flags[slot];
        if (isSynAck)
        {
            if (_columns.HeaderBytes[slot] == 0)
                _columns.TargetExpects[slot] = tcp.Acknowledgement;
            flags |= FlowFlags.TargetAnswered;
        }
        if ((flags & FlowFlags.Undecided) == FlowFlags.None || (flags & FlowFlags.Unreplicated) != FlowFlags.None)
            return false;
        if (!_synAcks.HasRoom && !_synAcks.Has(slot))
        {
            MarkUnreplicated(slot);
            return false;
        }
        _synAckOf = slot;
        return true;
    }

    /// <summary>The flow goes on without the directory's word.</summary>
    public void MarkUnreplicated(int slot)
    {
        _columns.Flags[slot] |= FlowFlags.Unreplicated;
        _packets.Add(PacketCounter.Unreplicated);
    }

    /// <summary>Finds the flow of a fragment, as <see cref="Fragments.Judge"/>.</summary>
    public PacketCounter? JudgeFragment(
        Span<byte> frame, in IpView ip, long nowNs, out FlowKey key, out bool isHome) =>
        _fragments.Judge(
            frame, ip, Tables.IsOwnSnat(ip.Destination), Peers, _isResuming, nowNs, out key, out isHome);

    /// <summary>Notes a fragment's flow, as <see cref="Fragments.TryLearn"/>.</summary>
    public bool TryLearnFragment(in IpView ip, in FlowKey flow, long nowNs) => _fragments.TryLearn(ip, flow, nowNs);

    /// <summary>Judges a frame of no flow of ours; null when that is the caller's: create or refuse.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="key">Its flow's key; not always its own (fragments, ICMP errors).</param>
    /// <param name="isTcpOpening">A SYN: it may create a flow without asking.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="mayComeFromPeer">A peer's frame is not a relayed one.</param>
    public PacketCounter? Miss(
        Span<byte> frame, in FlowKey key, bool isTcpOpening, long nowNs, bool mayComeFromPeer = false)
    {
        EthernetView.TryRead(frame, out EthernetView ethernet);
        ushort relayedBy = mayComeFromPeer ? (ushort)0 : Peers.FindByMac(ethernet.SourceMac);
        if (relayedBy != 0)
        {
            if (isTcpOpening && !_isFilling && !_relays.TryFind(key, out _, out _, out _))
                return null;
            _publisher.TellNotMine(key, relayedBy);
            return PacketCounter.DropNotMine;
        }
        if (_relays.TryFind(key, out int row, out ushort node, out ulong start))
        {
            if (Peers.Lives(node, start))
                return Relay(frame, row, node, key, nowNs);
            _relays.Remove(key);
        }
        bool isUdp = key.Protocol == (uint)IpProtocol.Udp;
        bool hasListener = Tables.TryFindListener(key, out _);
        bool mayCreate = isTcpOpening || (isUdp && hasListener && _mayCreate);
        bool mayCreateNow = mayCreate && !(hasListener && _isFilling);
        if (mayCreateNow || !(hasListener || Tables.IsSnat(key.Destination)))
            return null;
        if (!key.Source.MayBeHost || Tables.IsVip(key.Source))
            return PacketCounter.DropMalformed;
        return LookUp(key, isUdp && hasListener, nowNs);
    }

    /// <summary>Keeps a frame that was just judged <see cref="PacketCounter.Parked"/>, and counts it.</summary>
    public void Park(FrameSlot frame, long nowNs)
    {
        _packets.Add(PacketCounter.Parked);
        if (_fragments.TryPark(frame))
            return;
        if (_synAckOf == NoPlace)
        {
            _pending.Park(_place, frame);
            return;
        }
        if (_synAcks.Has(_synAckOf))
            Drop(_synAcks.Exchange(_synAckOf, frame), PacketCounter.DropParkFull);
        else
            _synAcks.Add(_synAckOf, frame, nowNs);
        _synAckOf = NoPlace;
    }

    /// <summary>Ends a question; its frames as a chain, or -1.</summary>
    public int End(in FlowKey key, out bool mayCreate)
    {
        mayCreate = false;
        int place = _pending.Find(key);
        if (place == NoPlace)
            return NoPlace;
        int chain = _pending.End(place, out mayCreate);
        mayCreate &= !_isFilling;
        return chain;
    }

    /// <summary>Judges the frames of a chain once more.</summary>
    public void Resume(int chain, bool mayCreate, long nowNs)
    {
        _mayCreate = mayCreate;
        while (_pending.TryTake(ref chain, out FrameSlot frame))
            Resume(frame, nowNs);
        _mayCreate = false;
    }

    /// <summary>Judges a parked frame once more.</summary>
    public void Resume(FrameSlot frame, long nowNs)
    {
        _packets.Add(PacketCounter.Released);
        _isResuming = true;
        PacketCounter verdict = _pipeline.Process(_io.Bytes(frame), nowNs, out _);
        _isResuming = false;
        if (verdict == PacketCounter.Parked)
            Park(frame, nowNs);
        else
            _outlet.Finish(frame, verdict);
    }

    /// <summary>Drops the frames of a chain by name.</summary>
    public void Drop(int chain, PacketCounter reason)
    {
        while (_pending.TryTake(ref chain, out FrameSlot frame))
            Drop(frame, reason);
    }

    /// <summary>Drops a parked frame by name.</summary>
    public void Drop(FrameSlot frame, PacketCounter reason)
    {
        _packets.Add(PacketCounter.Released);
        _outlet.Finish(frame, reason);
    }

    /// <summary>Drops the frames of a chain that nobody expects, and says so to who sent them. A SYN that came while
    /// the directory was filled expects nobody: it opens a flow.</summary>
    /// <param name="chain">From <see cref="End"/>.</param>
    /// <param name="nowNs">Now.</param>
    public void Refuse(int chain, long nowNs)
    {
        while (_pending.TryTake(ref chain, out FrameSlot frame))
        {
            if (IsOpening(_io.Bytes(frame)))
            {
                if (_isFilling)
                    Drop(frame, PacketCounter.DropDirectoryUnavailable);
                else
                    Resume(frame, nowNs);
                continue;
            }
            if (!_resets.TryTake(nowNs) || !TcpReset.TryAnswer(_io.Bytes(frame), out int resetBytes))
            {
                Drop(frame, PacketCounter.DropNoFlow);
                continue;
            }
            _packets.Add(PacketCounter.Released);
            _packets.Add(PacketCounter.DropNoFlow);
            _outlet.SendReset(frame with { LengthBytes = resetBytes });
        }
    }

    /// <summary>Sends a reset that answers no frame; false when no memory is free.</summary>
    public bool TrySendReset(in NextHop hop, in FlowKey key, uint sequence)
    {
        if (!_io.TryTake(TcpReset.FrameBytes(key), out FrameSlot frame))
            return false;
        TcpReset.Write(_io.Bytes(frame), hop, key, TcpFlags.Rst, sequence, 0);
        _outlet.SendReset(frame);
        return true;
    }

    private void GoOn(int slot, FrameSlot frame, long nowNs)
    {
        if (slot == FlowTable.None || _columns.State[slot] is FlowState.Free or FlowState.Held or FlowState.Lent)
        {
            Drop(frame, PacketCounter.DropNoFlow);
            return;
        }
        MarkUnreplicated(slot);
        Resume(frame, nowNs);
    }

    private static bool IsOpening(Span<byte> frame) =>
        EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok
        && IpView.TryRead(ethernet, out IpView ip) == ParseVerdict.Ok
        && ip.Protocol == (byte)IpProtocol.Tcp
        && TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok
        && TcpTracker.IsOpening(tcp.Flags);

    private PacketCounter Relay(Span<byte> frame, int row, ushort node, in FlowKey key, long nowNs)
    {
        PacketCounter verdict = _relay.Send(frame, Peers, node, key, nowNs);
        if (verdict is PacketCounter.Relayed or PacketCounter.Tunnelled)
            _relays.Touch(row, nowNs);
        return verdict;
    }

    private PacketCounter? LookUp(in FlowKey key, bool mayCreate, long nowNs)
    {
        int place = _pending.Find(key);
        if (place != NoPlace)
        {
            if (!_pending.HasRoomAt(place))
                return PacketCounter.DropParkFull;
        }
        else
        {
            if (!_pending.HasRoom)
                return PacketCounter.DropParkFull;
            bool mayCreateNow = mayCreate && !_isFilling;
            if (!_publisher.TryLookUp(key, mayCreateNow))
                return mayCreateNow ? null : PacketCounter.DropDirectoryUnavailable;
            place = _pending.Add(key, mayCreate, nowNs);
        }
        _place = place;
        return PacketCounter.Parked;
    }
}
