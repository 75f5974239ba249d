using System.Runtime.InteropServices;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>A node's way to the replicas that live outside the nodes: which of them answer, and batches to each in
/// order.</summary>
/// <remarks>
/// Single-threaded, without clock, socket or thread. One call to each replica is under way, and what comes meanwhile
/// goes with the next; a few calls in all, and what somebody waits for goes before what nobody waits for.
/// A call that takes longer than its deadline makes the replica unreachable for the directory,
/// which goes on with the twin; it is asked again and again, and taken back once it answers within the deadline, so
/// that one that is merely slow does not come and go. Those that come are taken in rounds, because each change of the
/// cell makes every node look through its records. A node that finds that it stood still itself judges nobody before
/// another deadline has passed. What was accepted for a replica arrives there, or the directory hears that it is gone.
/// </remarks>
public sealed class ReplicaLinks : IFlowTransport
{
    private const long LookNs = 5_000_000;
    private const int AskedPerLook = 8;

    private readonly ReplicaLinksOptions _options;
    private readonly IReplicaCaller _caller;
    private readonly ReplicaLink[] _links = new ReplicaLink[ReplicaAddress.Count];
    private readonly byte[] _request = new byte[RemoteReplica.LongestRequestBytes];
    private readonly AnswerList _answers = new();
    private readonly List<(ushort Address, Range Batch)> _taken = [];
    private readonly List<ReplicaState> _news = [];
    private readonly CallLine _awaited;
    private readonly CallLine _bulk;
    private FlowDirectory? _directory;
    private long _nowNs;
    private long _lookAtNs;
    private long _firstOfferNs = long.MaxValue;
    private long _lastOfferNs;
    private long _judgeFromNs;
    private int _askNext;
    private ulong _sequence;

    /// <summary>Calls nobody before <see cref="Open"/>.</summary>
    public ReplicaLinks(ReplicaLinksOptions options, IReplicaCaller caller)
    {
        (_options, _caller) = (options, caller);
        (_awaited, _bulk) = (new CallLine(options.AwaitedCalls), new CallLine(options.BulkCalls));
        for (int i = 0; i < _links.Length; i++)
            _links[i] = new ReplicaLink((ushort)(ReplicaAddress.First + i));
    }

    /// <summary>Replicas that answer.</summary>
    public int Reachable { get; private set; }

    /// <summary>Calls that were not answered in time, or failed, since the start.</summary>
    public long Failures { get; private set; }

    /// <summary>Begins: the directory is told from now on.</summary>
    public void Open(FlowDirectory directory) => _directory = directory;

    /// <inheritdoc/>
    public bool TrySend(ushort node, ReadOnlySpan<byte> batch)
    {
        ReplicaLink link = _links[node - ReplicaAddress.First];
        if (!link.IsUp || !link.TryAdd(batch, _options.QueueBytes))
            return false;
        CallInTurn(link);
        return true;
    }

    /// <inheritdoc/>
    public int QueuedBytes(ushort node) => _links[node - ReplicaAddress.First].QueuedBytes;

    /// <summary>A call ended; looked at by the next <see cref="Turn"/>.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="answer">Empty when it failed.</param>
    public void OnAnswer(ushort address, ReadOnlySpan<byte> answer) => _answers.Add(address, answer);

    /// <summary>Takes answers, gives up what takes too long, asks who is silent; call it before each turn of the
    /// directory.</summary>
    /// <returns>When to call it again at the latest.</returns>
    public long Turn(long nowNs)
    {
        _nowNs = nowNs;
        if (_directory is null)
            return long.MaxValue;
        TakeAnswers(_directory);
        if (nowNs >= _lookAtNs)
            Look(_directory);
        return _lookAtNs;
    }

    /// <summary>A machine is gone, and so is what lives on it: nobody waits for the deadline, and the cell changes
    /// once.</summary>
    /// <param name="placeBe">See <see cref="AnswerHeader.PlaceBe"/>.</param>
    public void LosePlace(uint placeBe)
    {
        if (_directory is null)
            return;
        foreach (ReplicaLink link in _links)
        {
            if (link.IsUp && link.PlaceBe == placeBe)
                Lose(link);
        }
        TellNews(_directory);
    }

    /// <summary>The way to all of them is gone: every replica is unreachable, calls under way have failed, and nobody
    /// is called before the next <see cref="Turn"/>.</summary>
    public void LoseAll(long nowNs)
    {
        (_nowNs, _firstOfferNs) = (nowNs, long.MaxValue);
        _answers.Clear();
        foreach (ReplicaLink link in _links)
        {
            CallLine.End(link);
            link.End(nowNs);
            link.Offer = null;
            if (link.IsUp)
                Lose(link);
        }
        if (_directory is not null)
            TellNews(_directory);
    }

    private void TakeAnswers(FlowDirectory directory)
    {
        if (_answers.All.Count == 0)
            return;
        List<(ushort Address, Range Answer)> all = _answers.All;
        foreach ((ushort address, Range answer) in all)
            Take(_links[address - ReplicaAddress.First], answer);
        CallFirst();
        foreach ((ushort address, _) in all)
            CallInTurn(_links[address - ReplicaAddress.First]);
        TellNews(directory);
        foreach ((ushort address, Range batch) in _taken)
            directory.OnBatch(address, _answers[batch], _nowNs);
        _taken.Clear();
        _answers.Clear();
    }

    private void Take(ReplicaLink link, Range range)
    {
        ReadOnlySpan<byte> answer = _answers[range];
        CallLine.End(link);
        AnswerHeader header = answer.Length < AnswerHeader.Bytes ? default : MemoryMarshal.Read<AnswerHeader>(answer);
        if (header.ReplicaStart == 0 || header.Verdict is BatchVerdict.Bad or BatchVerdict.TooLate)
        {
            link.End(_nowNs + _options.RetryNs);
            Lose(link);
            AskLost(link.PlaceBe, _nowNs + _options.RetryNs);
            return;
        }
        if (!link.IsUp)
        {
            bool isInTime = _nowNs - link.SinceNs <= _options.DeadlineNs;
            if (isInTime && link.Offer is null)
            {
                AskLost(link.PlaceBe, _nowNs);
                (_firstOfferNs, _lastOfferNs) = (Math.Min(_firstOfferNs, _nowNs), _nowNs);
            }
            link.PlaceBe = header.PlaceBe;
            link.Offer = isInTime ? new ReplicaState(link.Address, header.ReplicaStart, header.Flags) : null;
            link.End(_nowNs + _options.RetryNs);
            return;
        }
        bool holds = (header.Flags & NodeFlags.Holds) != NodeFlags.None;
        link.End(_nowNs + (holds ? _options.IdleNs : _options.RetryNs));
        if (link.State.Start == header.ReplicaStart && header.Verdict == BatchVerdict.Done)
            _taken.Add((link.Address, (range.Start.Value + AnswerHeader.Bytes)..range.End));
        Note(link, new ReplicaState(link.Address, header.ReplicaStart, header.Flags));
        link.PlaceBe = header.PlaceBe;
    }

    private void Look(FlowDirectory directory)
    {
        if (_nowNs - _lookAtNs > _options.DeadlineNs / 2)
            _judgeFromNs = _nowNs + _options.DeadlineNs;
        _lookAtNs = _nowNs + LookNs;
        foreach (ReplicaLink link in _links)
        {
            bool isLate = link.IsCalling && _nowNs >= _judgeFromNs && _nowNs - link.SinceNs > _options.DeadlineNs;
            if (link.IsUp && (link.HasOverflown || isLate))
                Lose(link);
        }
        CallFirst();
        bool isQuiet = _nowNs - _lastOfferNs >= _options.RetryNs + LookNs;
        if (_firstOfferNs != long.MaxValue && (isQuiet || _nowNs - _firstOfferNs >= _options.RoundNs))
            TakeBack();
        AskSilent();
        TellNews(directory);
    }

    private void TakeBack()
    {
        _firstOfferNs = long.MaxValue;
        foreach (ReplicaLink link in _links)
        {
            if (link.Offer is not { } offer)
                continue;
            link.Offer = null;
            Note(link, offer);
        }
    }

    /// <summary>A few at a time: all at once would keep each other from answering in time.</summary>
    private void AskSilent()
    {
        int asked = 0;
        for (int i = 0; i < _links.Length && asked < AskedPerLook; i++)
        {
            ReplicaLink link = _links[_askNext];
            _askNext = (_askNext + 1) % _links.Length;
            if (link.IsCalling || link.Line is not null || _nowNs < link.SinceNs)
                continue;
            Call(link, line: null);
            asked++;
        }
    }

    private void Lose(ReplicaLink link)
    {
        // Its call may take as long as it likes: others do not wait for it.
        CallLine.End(link);
        link.Offer = null;
        Failures++;
        Note(link, new ReplicaState(link.Address, 0, NodeFlags.None));
    }

    private void Note(ReplicaLink link, ReplicaState state)
    {
        ulong startBefore = link.State.Start;
        if (!link.Note(state))
            return;
        _news.Add(state);
        if (startBefore == state.Start)
            return;
        Reachable += (state.Start != 0 ? 1 : 0) - (startBefore != 0 ? 1 : 0);
        if (startBefore != 0)
            AskSoon(link.PlaceBe);
    }

    /// <summary>What befell one replica may have befallen all of its machine.</summary>
    private void AskSoon(uint placeBe)
    {
        foreach (ReplicaLink link in _links)
        {
            if (link.PlaceBe == placeBe && !link.IsCalling)
                link.End(_nowNs);
        }
    }

    /// <summary>While one lost replica of a machine fails, the others are not asked: a dead machine would cost as many
    /// failures as it had replicas, again and again. Once one answers, from wherever, all are asked.</summary>
    private void AskLost(uint placeBe, long atNs)
    {
        foreach (ReplicaLink link in _links)
        {
            if (link.PlaceBe == placeBe && !link.IsUp && !link.IsCalling && link.Offer is null)
                link.End(atNs);
        }
    }

    private void TellNews(FlowDirectory directory)
    {
        if (_news.Count == 0)
            return;
        directory.OnReplicas(CollectionsMarshal.AsSpan(_news));
        _news.Clear();
    }

    /// <summary>Those who stood in line.</summary>
    private void CallFirst()
    {
        while (_awaited.HasRoom && _awaited.TryTake(out ReplicaLink link))
            CallInTurn(link);
        while (_bulk.HasRoom && _bulk.TryTake(out ReplicaLink link))
            CallInTurn(link);
    }

    private void CallInTurn(ReplicaLink link)
    {
        if (link.IsCalling || !link.HasWaiting)
            return;
        CallLine line = link.HasAwaited ? _awaited : _bulk;
        if (line.HasRoom)
            Call(link, line);
        else
            line.Join(link);
    }

    private void Call(ReplicaLink link, CallLine? line)
    {
        var header = new RequestHeader { Node = _options.NodeId, Start = _options.Start, Sequence = ++_sequence };
        int bytes = link.Begin(header, _request, _nowNs);
        link.Line = null;
        line?.Begin(link);
        _caller.Call(link.Address, _request.AsSpan(0, bytes));
    }
}
