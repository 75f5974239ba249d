using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>A replica that lives outside the nodes: a batch in, an answer out.</summary>
/// <remarks>
/// Single-threaded, without clock or I/O: an engine hosts two of each shard, in different places. A new incarnation
/// copies its twin page by page (<see cref="Page"/>, <see cref="TakePage"/>); nodes send theirs because they see
/// another <see cref="Start"/>. Until the twin was read whole it says that it does not hold, and does not confirm that
/// a node has sent all: so no "no" of it counts. A twin that is not filled itself fills nobody: two that began at once
/// wait for each other, and give up what they might have held after <see cref="FreshTwinSeconds"/>. Answers go to the
/// caller alone. What another node must hear carries its id as tag, and the caller passes it on.</remarks>
public sealed class RemoteReplica : IReplicaAnswers
{
    /// <summary>How long two replicas of a shard that both began anew say that they do not hold.</summary>
    public const uint FreshTwinSeconds = 3;

    /// <summary>The longest request: a full batch of a node and the header.</summary>
    public const int LongestRequestBytes = RequestHeader.Bytes + BatchWriter.DefaultBytes;

    /// <summary>The longest answer: an operation of 24 bytes (a look-up of an IPv4 key) is answered by 136 at most (the
    /// target may be IPv6), one of 72 by twice as much.</summary>
    public const int LongestAnswerBytes =
        AnswerHeader.Bytes + (BatchWriter.DefaultBytes * AnswersPerRequest) + (2 * FlowOps.LongestBytes);

    private const int AnswersPerRequest = 6;
    private const int PageRecords = 512;
    private const int PageSlots = 4_096;
    private const int SweepsPerRound = 64;

    private readonly uint _placeBe;
    private readonly FlowReplica _replica;
    private readonly ReplicaServer _server;
    private readonly Dictionary<ushort, (ulong Start, ulong Sequence)> _callers = [];
    private readonly Dictionary<ushort, ulong> _unconfirmed = [];
    private BatchWriter _answers = new(1_024);
    private ulong _giver;
    private uint? _freshSince;
    private ushort _caller;
    private int _sweepCursor;

    /// <summary>An empty replica, not filled.</summary>
    /// <param name="start">This incarnation: any number that none before had, not 0.</param>
    /// <param name="capacity">Records, tombstones included.</param>
    /// <param name="placeBe">The machine it lives on, see <see cref="AnswerHeader.PlaceBe"/>.</param>
    public RemoteReplica(ulong start, int capacity, uint placeBe = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(start);
        (Start, _placeBe) = (start, placeBe);
        _replica = new FlowReplica(capacity, start);
        _server = new ReplicaServer(_replica, this);
    }

    /// <summary>This incarnation.</summary>
    public ulong Start { get; }

    /// <summary>Records now, tombstones included.</summary>
    public int Count => _replica.Count;

    /// <summary>Whether the twin was read whole, or given up for lost.</summary>
    public bool IsFilled { get; private set; }

    /// <summary>What happened since the start.</summary>
    public FlowDirectoryCounters Counters { get; } = new();

    /// <summary>Does what a batch asks; any bytes are fine.</summary>
    /// <param name="request">A <see cref="RequestHeader"/> and operations.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <returns>An <see cref="AnswerHeader"/> and operations.</returns>
    public byte[] Handle(ReadOnlySpan<byte> request, uint nowSeconds)
    {
        _answers.Clear();
        return Answer(Do(request, nowSeconds));
    }

    /// <summary>The records from a place on, for the twin.</summary>
    /// <param name="cursor">0, then what the page before said.</param>
    public byte[] Page(int cursor)
    {
        var records = new BatchWriter(PageRecords * (FlowOps.HeaderBytes + FlowRecord4.Bytes));
        int slot = Math.Max(cursor, 0);
        for (int budget = PageSlots; budget > 0 && slot < _replica.Slots && !records.IsFull; budget--, slot++)
        {
            FlowRecord record = _replica.At(slot);
            if (record.State != FlowRecordState.None)
                records.Add(FlowOpKind.Put, 0, record);
        }
        byte[] page = new byte[PageHeader.Bytes + records.Written.Length];
        MemoryMarshal.Write(page, new PageHeader
        {
            Start = Start, Next = slot < _replica.Slots ? slot : 0, Flags = Flags,
        });
        records.Written.CopyTo(page.AsSpan(PageHeader.Bytes));
        return page;
    }

    /// <summary>Takes a page of the twin; after the last one of a twin that is filled this replica is filled.</summary>
    /// <returns>What to ask for next; 0 when there is no more. Then, unless <see cref="IsFilled"/>, the twin has to be
    /// read again from 0, a little later.</returns>
    public int TakePage(ReadOnlySpan<byte> page, uint nowSeconds)
    {
        if (page.Length < PageHeader.Bytes)
        {
            Counters.Add(FlowDirectoryCounter.BadBatches);
            return 0;
        }
        PageHeader header = MemoryMarshal.Read<PageHeader>(page);
        TakeRecords(page[PageHeader.Bytes..], nowSeconds);
        bool isSameGiver = _giver == 0 || _giver == header.Start;
        _giver = header.Next > 0 && isSameGiver ? header.Start : 0;
        if (!isSameGiver)
            return 0;
        if (header.Next > 0)
            return header.Next;
        if ((header.Flags & NodeFlags.Holds) == NodeFlags.None)
            _freshSince ??= nowSeconds;
        else
            _freshSince = null;
        IsFilled |= _freshSince is not { } since || nowSeconds - since >= FreshTwinSeconds;
        return 0;
    }

    /// <summary>Forgets a part of what had no news for too long; called once a second.</summary>
    public void Sweep(uint nowSeconds)
    {
        int budget = Math.Min(_replica.Slots, (_replica.Slots / SweepsPerRound) + SweepsPerRound);
        for (; budget > 0; budget--)
        {
            if (_sweepCursor >= _replica.Slots)
                _sweepCursor = 0;
            if (_replica.ExpireAt(_sweepCursor++, nowSeconds))
                Counters.Add(FlowDirectoryCounter.Expired);
        }
    }

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag, in FlowRecord record) =>
        _answers.Add(kind, tag, record);

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag) => _answers.Add(kind, tag);

    /// <inheritdoc/>
    void IReplicaAnswers.TellOldOwner(in FlowRecord old, in FlowRecord current)
    {
        if (ReplicaServer.HasOtherOwner(old, current))
            _answers.Add(FlowOpKind.Newer, old.OwnerNode, current);
    }

    /// <inheritdoc/>
    bool IReplicaAnswers.HasPart(in FlowRecord record) => true;

    /// <inheritdoc/>
    void IReplicaAnswers.Count(FlowDirectoryCounter counter) => Counters.Add(counter);

    private NodeFlags Flags => IsFilled ? NodeFlags.Holds : NodeFlags.None;

    private void TakeRecords(ReadOnlySpan<byte> records, uint nowSeconds)
    {
        var reader = new BatchReader(records);
        while (reader.TryRead(out FlowOp op))
        {
            if (op.Kind == FlowOpKind.Put && _replica.Put(op.Record, nowSeconds, out _) == ReplicaVerdict.Full)
                Counters.Add(FlowDirectoryCounter.Full);
        }
        if (reader.Defect is not null)
            Counters.Add(FlowDirectoryCounter.BadBatches);
    }

    private BatchVerdict Do(ReadOnlySpan<byte> request, uint nowSeconds)
    {
        if (request.Length is < RequestHeader.Bytes or > LongestRequestBytes)
            return Refuse();
        RequestHeader header = MemoryMarshal.Read<RequestHeader>(request);
        if (header.Node == 0 || ReplicaAddress.IsReplica(header.Node))
            return Refuse();
        if (header.ReplicaStart != 0 && header.ReplicaStart != Start)
            return BatchVerdict.OtherStart;
        if (_callers.TryGetValue(header.Node, out (ulong Start, ulong Sequence) last)
            && last.Start == header.Start && last.Sequence >= header.Sequence)
            return BatchVerdict.TooLate;
        _callers[header.Node] = (header.Start, header.Sequence);
        _caller = header.Node;
        ReadOnlySpan<byte> batch = request[RequestHeader.Bytes..];
        MakeRoom(batch.Length);
        _replica.Foresee(batch);
        var reader = new BatchReader(batch);
        while (reader.TryRead(out FlowOp op))
        {
            if (op.Kind == FlowOpKind.Synchronised)
                _unconfirmed[_caller] = op.View;
            else if (!_server.TryHandle(_caller, op, nowSeconds))
                return Refuse();
        }
        if (IsFilled && _unconfirmed.Remove(_caller, out ulong view))
            _answers.Add(FlowOpKind.Synchronised, NodeFlags.None, view);
        return reader.Defect is null ? BatchVerdict.Done : Refuse();
    }

    private BatchVerdict Refuse()
    {
        Counters.Add(FlowDirectoryCounter.BadBatches);
        return BatchVerdict.Bad;
    }

    /// <summary>See <see cref="LongestAnswerBytes"/>.</summary>
    private void MakeRoom(int batchBytes)
    {
        int needed = (batchBytes * AnswersPerRequest) + (2 * FlowOps.LongestBytes);
        if (_answers.CapacityBytes < needed)
            _answers = new BatchWriter(needed);
    }

    private byte[] Answer(BatchVerdict verdict)
    {
        byte[] answer = new byte[AnswerHeader.Bytes + _answers.Written.Length];
        MemoryMarshal.Write(answer, new AnswerHeader
        {
            ReplicaStart = Start, Flags = Flags, Verdict = verdict, PlaceBe = _placeBe,
        });
        _answers.Written.CopyTo(answer.AsSpan(AnswerHeader.Bytes));
        return answer;
    }
}
