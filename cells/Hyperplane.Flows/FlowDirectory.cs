using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Directory;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows;

/// <summary>One node's end of the flow directory: answers its pipeline, holds its part of the cell's records, takes
/// over what dead nodes leave.</summary>
/// <remarks>Single-threaded, without clock, socket or thread: whoever hosts it says what came up, went down and
/// arrived, and calls <see cref="Turn"/>. By itself it is the embedded engine; where replicas live elsewhere it is
/// their client.</remarks>
public sealed class FlowDirectory
{
    private const int RequestBudget = 256;
    private const long SweepNs = 10_000_000;
    private const long BusyNs = 100_000;
    private const int SweepsPerRound = 1_000;
    private const long PruneAfterNs = ReplicaHost.PruneAfterSeconds * 1_000_000_000L;

    private readonly FlowExchange _exchange;
    private readonly DirectoryCore _core;
    private readonly Decisions _decisions;
    private readonly LookUps _lookUps;
    private readonly Synchroniser _synchroniser;
    private readonly ReplicaHost _host;
    private readonly MemberTable _members;
    private long _nextSweepNs;
    private long _changingNs;
    private int _sweepCursor;

    /// <summary>Holds nothing until it hears of members.</summary>
    /// <param name="options">Who this node is.</param>
    /// <param name="exchange">Where the pipeline is met.</param>
    /// <param name="transport">To the other nodes.</param>
    /// <param name="nowNs">Monotonic, of any origin.</param>
    public FlowDirectory(FlowDirectoryOptions options, FlowExchange exchange, IFlowTransport transport, long nowNs)
    {
        _exchange = exchange;
        Counters = new FlowDirectoryCounters();
        _members = new MemberTable(options);
        _core = new DirectoryCore(
            options,
            _members.View(NodeFlags.None),
            new FlowReplica(options.RecordCapacity, options.NodeSeed),
            new QuestionTable(options.QuestionCapacity),
            new Outbox(transport, Counters),
            new AnswerQueue(exchange, Counters),
            Counters,
            nowNs);
        _decisions = new Decisions(_core);
        _lookUps = new LookUps(_core, _decisions, new NegativeBudget(options.NegativesPerSecond), nowNs);
        _synchroniser = new Synchroniser(_core, nowNs);
        _host = new ReplicaHost(_core, _decisions, _synchroniser);
        exchange.IsFilling = true;
    }

    /// <summary>What happened since the start.</summary>
    public FlowDirectoryCounters Counters { get; }

    /// <summary>The cell as this node sees it.</summary>
    public CellView View => _core.View;

    /// <summary>The records it holds.</summary>
    public FlowReplica Replica => _core.Replica;

    /// <summary>Whether it was filled since its start: before that it should announce nothing, and its pipeline
    /// creates nothing (<see cref="FlowExchange.IsFilling"/>).</summary>
    public bool Holds => (_synchroniser.Flags & NodeFlags.Holds) != NodeFlags.None;

    /// <summary>Whether its replicas are complete in the cell as it sees it now.</summary>
    public bool IsComplete => _core.CompleteView == _core.View.Number;

    /// <summary>Questions under way.</summary>
    public int OpenQuestions => _core.Questions.Count;

    /// <summary>Replaces the members of the cell; this node is among them.</summary>
    public void SetMembers(IReadOnlyList<CellMember> members)
    {
        _members.Set(members);
        _synchroniser.KnowsMembers = true;
        _core.LeaseHolders = members
            .SelectMany(member => member.SnatAddresses, (member, address) => (address, member.NodeId))
            .DistinctBy(pair => pair.address).ToDictionary(pair => pair.address, pair => pair.NodeId);
        ChangeView();
    }

    /// <summary>This node leaves, or stays after all.</summary>
    public void SetDraining(bool isDraining)
    {
        if (_synchroniser.IsDraining == isDraining)
            return;
        _synchroniser.IsDraining = isDraining;
        ChangeView();
        TellStatus();
    }

    /// <summary>A node can be reached, with this start.</summary>
    public void OnUp(ushort node, ulong start)
    {
        _members.Up(node, start);
        _synchroniser.OnUp(node);
        _core.CompleteView = 0;
        ChangeView();
        TellStatus();
    }

    /// <summary>A node is gone, or cannot be reached: its flows may be claimed.</summary>
    public void OnDown(ushort node)
    {
        Lose(node);
        ChangeView();
        AskAnew([node]);
    }

    /// <summary>Replicas that live elsewhere came, went, began anew or were filled: one change of the cell for
    /// all.</summary>
    public void OnReplicas(ReadOnlySpan<ReplicaState> replicas)
    {
        var gone = new List<ushort>();
        bool isAnyNew = false;
        foreach (ReplicaState replica in replicas)
        {
            ulong start = _members.StartOf(replica.Address);
            if (start != 0 && start != replica.Start)
            {
                Lose(replica.Address);
                gone.Add(replica.Address);
            }
            if (replica.Start == 0)
                continue;
            if (start != replica.Start)
            {
                isAnyNew = true;
                _synchroniser.OnUp(replica.Address);
            }
            _members.Up(replica.Address, replica.Start);
            _members.Note(replica.Address, replica.Flags, 0);
        }
        if (isAnyNew || gone.Count > 0)
            _core.CompleteView = 0;
        ChangeView();
        if (isAnyNew || gone.Count > 0)
            TellStatus();
        AskAnew(gone);
    }

    /// <summary>A batch from a node that is up; any bytes are fine.</summary>
    /// <returns>Null, or what is wrong with it; what came before the defect is done.</returns>
    public string? OnBatch(ushort node, ReadOnlySpan<byte> batch, long nowNs)
    {
        _core.NowNs = nowNs;
        Replica.Foresee(batch);
        var reader = new BatchReader(batch);
        while (reader.TryRead(out FlowOp op))
            Handle(node, op);
        if (reader.Defect is not null)
            Counters.Add(FlowDirectoryCounter.BadBatches);
        return reader.Defect;
    }

    /// <summary>Takes what the pipeline asks, does what is due, sends; call it after every arrival and when it asked
    /// to.</summary>
    /// <returns>When to call it again at the latest.</returns>
    public long Turn(long nowNs)
    {
        _core.NowNs = nowNs;
        TakeRequests();
        while (_core.Questions.TryTakeDue(nowNs, out uint tag))
        {
            if (_core.Questions[tag].Kind == QuestionKind.LookUp)
                _lookUps.OnDue(tag);
            else
                _decisions.OnDue(tag);
        }
        if (_synchroniser.Work())
        {
            ChangeView();
            TellStatus();
        }
        Sweep();
        long sendNs = _core.Outbox.Flush(nowNs);
        _core.Answers.Flush();
        // What the pipeline must know first is on its way.
        if (Holds && !_core.Answers.IsBehind)
            _exchange.IsFilling = false;
        bool isBusy = _synchroniser.IsWalking || _core.Answers.IsBehind || _exchange.HasRequests;
        long dueNs = Math.Min(Math.Min(_core.Questions.NextDueNs, _nextSweepNs), sendNs);
        return isBusy ? Math.Min(nowNs + BusyNs, dueNs) : dueNs;
    }

    private void TakeRequests()
    {
        if (_core.Outbox.IsAnySlow())
            return;
        for (int budget = RequestBudget; budget > 0 && !_core.Answers.IsBehind; budget--)
        {
            if (!_exchange.TryReadRequest(out FlowRequest request))
                return;
            Handle(request);
        }
    }

    private void Handle(in FlowRequest request)
    {
        switch (request.Kind)
        {
            case FlowRequestKind.Insert:
                _decisions.Insert(request.Record);
                break;
            case FlowRequestKind.Update:
                _decisions.Change(request.Record);
                break;
            case FlowRequestKind.Close:
                _decisions.Change(request.Record with { State = FlowRecordState.Tombstone });
                break;
            case FlowRequestKind.LookUp:
                _lookUps.Begin(request.Key, isQuick: false);
                break;
            case FlowRequestKind.LookUpQuickly:
                _lookUps.Begin(request.Key, isQuick: true);
                break;
            case FlowRequestKind.NotMine:
                _host.NotOurs(request.Node, request.Key);
                break;
        }
    }

    private void Handle(ushort node, in FlowOp op)
    {
        switch (op.Kind)
        {
            case FlowOpKind.Won:
                _decisions.OnWon(op.Tag, op.Record);
                break;
            case FlowOpKind.Lost:
                _decisions.OnLost(op.Tag, op.Record);
                break;
            case FlowOpKind.Full:
                _decisions.OnLost(op.Tag, default);
                break;
            case FlowOpKind.Ack:
                _decisions.OnAck(op.Tag);
                break;
            case FlowOpKind.Found:
                _lookUps.OnFound(op.Tag, op.Record);
                break;
            case FlowOpKind.Nothing:
                _lookUps.OnNothing(op.Tag, node);
                break;
            case FlowOpKind.Status:
                if (_members.Note(node, (NodeFlags)op.Flags, op.View))
                    ChangeView();
                break;
            case FlowOpKind.Synchronised:
                _synchroniser.OnSynchronised(node, op.View);
                break;
            default:
                _host.Handle(node, op);
                break;
        }
    }

    private void Lose(ushort member)
    {
        _members.Down(member);
        _synchroniser.OnDown(member);
        _core.Outbox.Forget(member);
    }

    private void AskAnew(IReadOnlyCollection<ushort> gone)
    {
        foreach (uint tag in _core.Questions.Open())
        {
            foreach (ushort member in gone)
            {
                if (!_core.Questions.IsOpen(tag))
                    break;
                if (_core.Questions[tag].Kind == QuestionKind.LookUp)
                    _lookUps.OnDown(tag, member);
                else
                    _decisions.OnDown(tag, member);
            }
        }
    }

    private void ChangeView() => _core.View = _members.View(_synchroniser.Flags);

    private void TellStatus()
    {
        foreach (MemberState member in _core.View.Members)
        {
            bool isOther = member.NodeId != _core.Self && !_core.Options.IsReplica(member.NodeId);
            if (member.IsAlive && isOther)
                _core.Outbox.Send(member.NodeId, FlowOpKind.Status, _synchroniser.Flags, _core.CompleteView);
        }
    }

    private void Sweep()
    {
        if (_core.NowNs < _nextSweepNs)
            return;
        _nextSweepNs = _core.NowNs + SweepNs;
        if (!IsComplete || !_members.AllCompleteIn(_core.View))
            _changingNs = _core.NowNs;
        // What others believe about us may be a message old.
        bool mayPrune = _core.NowNs - _changingNs >= PruneAfterNs;
        int budget = Math.Min(_core.Replica.Slots, (_core.Replica.Slots / SweepsPerRound) + 64);
        for (; budget > 0; budget--)
        {
            if (_sweepCursor >= _core.Replica.Slots)
                _sweepCursor = 0;
            if (_host.SweepAt(_sweepCursor++, mayPrune))
                Counters.Add(FlowDirectoryCounter.Expired);
        }
    }
}
