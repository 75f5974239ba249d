using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A client's connection to the VIP: requests of one word, answers of one word that must all come from the
/// same connection of one target.</summary>
internal sealed class ClientConnection
{
    /// <summary>In a request: the target closes after its answer.</summary>
    public const uint LastBit = 0x8000_0000;

    private const long TimeWaitNs = 1_000_000_000;
    private const long LongestPauseNs = 5_000_000_000;

    private readonly TrafficCell _world;
    private readonly ConnectionPlan _plan;
    private uint _sent;
    private uint _answered;

    public ClientConnection(TrafficCell world, uint id, FlowKey key, ConnectionPlan plan)
    {
        _world = world;
        _plan = plan;
        Id = id;
        End = new TcpEnd(world.Cell, key, id << 16, segment => world.Fabric.FromHost(segment))
        {
            Connected = Connect,
            Received = Receive,
            PeerCloses = () => End!.Close(),
            WasReset = BeReset,
            Acknowledged = took => world.NoteStall(this, took),
            Repeats = () => world.NoteRepeat(End!, ToString()),
            Contradicts = (_, what) => world.ViolateUnless(IsUnreplicated, $"{this} hears a target that {what}"),
            Ended = Finish,
        };
    }

    public uint Id { get; }

    public TcpEnd End { get; }

    public bool IsOver => End.Phase is TcpPhase.TimeWait or TcpPhase.Over;

    /// <summary>The client itself sent a reset.</summary>
    public bool HasAborted { get; private set; }

    public bool IsConnected { get; private set; }

    /// <summary>Whether its flow went on without the directory's word.</summary>
    public bool IsUnreplicated { get; private set; }

    /// <summary>The connection before it on this port. Where nodes failed since its end, or it was lost with its node,
    /// its target or a record may still stand for it, and the first SYN ends that.</summary>
    public ClientConnection? Before { get; init; }

    /// <summary>Some nodes did not see each other since the connection before it on this port ended: one of them may
    /// take its segments for that one's (SPEC.md, "When a cell is cut in two").</summary>
    public bool BeganInCut => Before is { } before && _world.WasCutSince(before.OpenedNs);

    public long OpenedNs { get; private set; }

    public long EndedNs { get; private set; }

    /// <summary>The target's connection that it hears; 0 before the first answer.</summary>
    public uint HeardOf { get; private set; }

    public void Open()
    {
        OpenedNs = _world.Cell.NowNs;
        End.Open();
    }

    public override string ToString() => $"connection {Id} ({Describe.Key(End.Key)})";

    private void Connect()
    {
        IsConnected = true;
        IsUnreplicated = _world.LastUnreplicatedNs >= OpenedNs;
        _world.Log($"{this} is connected");
        Think();
    }

    private void Receive(ulong word)
    {
        var from = (uint)(word >> 32);
        if (HeardOf != 0 && HeardOf != from)
            _world.Violate($"{this} heard target connection {HeardOf} and now {from}");
        HeardOf = from;
        if ((uint)word != _sent)
            _world.Violate($"{this} sent request {_sent} and gets an answer to {(uint)word:x}");
        _answered++;
        if (_answered < _plan.Requests)
            Think();
        else if (_plan.Ending == ConnectionEnding.ClientCloses)
            End.Close();
        else if (_plan.Ending == ConnectionEnding.ClientResets)
            Abort();
    }

    private void Think() => _world.Cell.After(_world.Cell.Chance.NextInt64(_plan.ThinkNs) + 1, Ask);

    private void Ask()
    {
        if (End.Phase != TcpPhase.Established)
            return;
        _sent = _answered + 1;
        if (_sent == _plan.Requests && _plan.Ending == ConnectionEnding.TargetCloses)
            _sent |= LastBit;
        End.Send(((ulong)Id << 32) | _sent);
    }

    private void Abort()
    {
        HasAborted = true;
        End.Abort();
    }

    private void BeReset()
    {
        bool isOver = End.PeerClosed && End.HasDelivered;
        _world.Log($"{this} is reset");
        if (!isOver && !IsUnreplicated)
            _world.Violate($"{this} is reset by its peer{(IsConnected ? "" : " before it is connected")}");
    }

    private void Finish()
    {
        EndedNs = _world.Cell.NowNs;
        _world.Log($"{this} ends");
        if (_plan.Again == 0)
            return;
        // A port in TIME_WAIT is used again after a second at the earliest, as Linux does it.
        (long leastNs, long mostNs) = End.Phase == TcpPhase.TimeWait || HasAborted
            ? (TimeWaitNs, LongestPauseNs)
            : (1_000_000, 300_000_000);
        _world.OpenAgain(
            this, _plan with { Again = _plan.Again - 1 }, _world.Cell.Chance.NextInt64(leastNs, mostNs));
    }
}
