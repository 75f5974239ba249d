using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Replicas;

/// <summary>The records one replica holds, found by either key, and the rules by which they change.</summary>
/// <remarks>
/// Single-threaded, without clock or I/O: both engines host it. A decision or a claim is for the arbiter of the forward
/// key alone; it raises the epoch, so that for every other replica the higher epoch is the newer truth, whatever the
/// order of arrival. At equal epochs (two arbiters during a partition) the flow stands that its client went on with,
/// then the lower node id.
/// A record without news for its idle timeout and <see cref="GraceSeconds"/> is forgotten. A tombstone stands against
/// news for its own time and is remembered for <see cref="TombstoneGraceSeconds"/> more: an arbiter that forgot it
/// before the others did would give the next flow of the key an epoch that they refuse.
/// </remarks>
public sealed class FlowReplica
{
    /// <summary>Two refresh intervals: how long a record outlives its idle timeout.</summary>
    public const uint GraceSeconds = 120;

    /// <summary>More than clocks of whole seconds and late news put two replicas apart.</summary>
    public const uint TombstoneGraceSeconds = 3;

    private readonly RecordStore _store;
    private readonly KeyIndex _forward;
    private readonly KeyIndex _reverse;

    /// <summary>With room for so many records; memory grows with use.</summary>
    /// <param name="capacity">Records, tombstones included.</param>
    /// <param name="seed">Secret of the node, against aimed collisions.</param>
    public FlowReplica(int capacity, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _store = new RecordStore(capacity);
        _forward = new KeyIndex(_store, FlowSide.Client, seed);
        _reverse = new KeyIndex(_store, FlowSide.Target, seed);
    }

    /// <summary>Records now, tombstones included.</summary>
    public int Count => _store.Count;

    /// <summary>Slots that were ever used: where a walk ends.</summary>
    public int Slots => _store.Used;

    /// <summary>The record of a slot; its state is None where there is none.</summary>
    public ref readonly FlowRecord4 At(int slot) => ref _store[slot];

    /// <summary>When the record of a slot was last heard of, in seconds as they were given.</summary>
    internal uint HeardAt(int slot) => _store.Heard(slot);

    /// <summary>The record that has this key in either direction, tombstones included.</summary>
    public bool TryFind(in FlowKey4 key, out FlowRecord4 record)
    {
        int slot = _forward.Find(key);
        if (slot < 0)
            slot = _reverse.Find(key);
        record = slot < 0 ? default : _store[slot];
        return slot >= 0;
    }

    /// <summary>Asks for the memory in which the records of a batch are looked for: what is done with them then waits
    /// for all at once and not for each.</summary>
    internal void Foresee(ReadOnlySpan<byte> batch)
    {
        var keys = new KeyReader(batch);
        while (keys.TryRead(out FlowKey4 forward, out FlowKey4 reverse))
        {
            _forward.Expect(forward);
            _reverse.Expect(reverse);
        }
        keys = new KeyReader(batch);
        while (keys.TryRead(out FlowKey4 forward, out FlowKey4 reverse))
        {
            int slot = _forward.Guess(forward);
            int other = _reverse.Guess(reverse);
            if (slot >= 0)
                Prefetch.Lines(in _store.Row(slot));
            if (other >= 0 && other != slot)
                Prefetch.Lines(in _store.Row(other));
        }
    }

    /// <summary>The living flow that has this key in either direction.</summary>
    public bool TryFindLive(in FlowKey4 key, out FlowRecord4 record) => TryFind(key, out record) && IsLive(record);

    /// <summary>Arbiter: a flow is to be created; first come.</summary>
    /// <param name="record">As its owner made it.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <param name="held">What had the key; its state is None when nothing had.</param>
    /// <param name="current">What has the key from now on.</param>
    public ReplicaVerdict Decide(
        in FlowRecord4 record, uint nowSeconds, out FlowRecord4 held, out FlowRecord4 current)
    {
        int slot = Find(record.Forward, out held);
        current = record;
        current.Epoch = FlowEpoch.OfNextFlow(0);
        if (slot < 0)
            return Add(current, nowSeconds);
        if (IsLive(held) && held.State != FlowRecordState.Closing)
        {
            current = held;
            return held.Incarnation == record.Incarnation ? ReplicaVerdict.Taken : ReplicaVerdict.Refused;
        }
        current.Epoch = FlowEpoch.OfNextFlow(held.Epoch);
        Replace(slot, current, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    /// <summary>Arbiter: the asker takes a flow over, as it found it.</summary>
    /// <param name="record">The record that was found, with the claimer as owner.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <param name="held">What had the key; its state is None when nothing had.</param>
    /// <param name="current">What has the key from now on.</param>
    public ReplicaVerdict Claim(
        in FlowRecord4 record, uint nowSeconds, out FlowRecord4 held, out FlowRecord4 current)
    {
        int slot = Find(record.Forward, out held);
        current = record;
        current.Epoch = FlowEpoch.OfNextOwner(record.Epoch);
        if (slot < 0)
            return Add(current, nowSeconds);
        bool isAsFound = held.Incarnation == record.Incarnation && held.Epoch == record.Epoch && IsLive(held);
        bool isOlder = FlowEpoch.IsOlder(held.Epoch, record.Epoch);
        if (!isAsFound && !isOlder)
        {
            current = held;
            // The same claim again, whose answer was lost.
            bool isRepeated = held.Incarnation == record.Incarnation && held.OwnerNode == record.OwnerNode
                && held.OwnerStart == record.OwnerStart;
            return isRepeated && IsLive(held) ? ReplicaVerdict.Taken : ReplicaVerdict.Refused;
        }
        Replace(slot, current, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    /// <summary>Any replica: an owner says what its record is now.</summary>
    /// <param name="record">The record.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <param name="other">When taken: what was replaced, its state None when nothing was; when refused: what is
    /// newer.</param>
    public ReplicaVerdict Put(in FlowRecord4 record, uint nowSeconds, out FlowRecord4 other)
    {
        int slot = Find(record.Forward, out other);
        if (slot < 0)
            return Add(record, nowSeconds);
        if (IsNewer(other, record) && !IsSpent(slot, nowSeconds))
            return ReplicaVerdict.Refused;
        Replace(slot, record, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    /// <summary>Forgets what a slot holds when it has had no news for too long; true when it did.</summary>
    public bool ExpireAt(int slot, uint nowSeconds)
    {
        ref FlowRecord4 record = ref _store[slot];
        if (record.State == FlowRecordState.None)
            return false;
        uint grace = record.State == FlowRecordState.Tombstone ? TombstoneGraceSeconds : GraceSeconds;
        if (nowSeconds - _store.Heard(slot) <= record.IdleTimeoutSeconds + grace)
            return false;
        ForgetAt(slot);
        return true;
    }

    /// <summary>Forgets what a slot holds.</summary>
    public void ForgetAt(int slot)
    {
        FlowRecord4 record = _store[slot];
        _forward.Remove(record.Forward, slot);
        _reverse.Remove(record.Reverse, slot);
        _store.Release(slot);
    }

    /// <summary>Forgets the record that has this key in either direction.</summary>
    public void Forget(in FlowKey4 key)
    {
        int slot = _forward.Find(key);
        if (slot < 0)
            slot = _reverse.Find(key);
        if (slot >= 0)
            ForgetAt(slot);
    }

    /// <summary>Whether a record is a flow, and no tombstone.</summary>
    public static bool IsLive(in FlowRecord4 record) =>
        record.State is FlowRecordState.Opening or FlowRecordState.Established or FlowRecordState.Closing;

    /// <summary>Whether <paramref name="held"/> stands against <paramref name="news"/> of the same forward
    /// key.</summary>
    internal static bool IsNewer(in FlowRecord4 held, in FlowRecord4 news)
    {
        if (held.Epoch != news.Epoch)
            return FlowEpoch.IsOlder(news.Epoch, held.Epoch);
        if (held.Incarnation == news.Incarnation && held.OwnerNode == news.OwnerNode
            && held.OwnerStart == news.OwnerStart)
            return held.State > news.State;
        // Of two flows that were made under one key at a time, the one that its client went on with.
        bool goesOn = held.State > FlowRecordState.Opening;
        if (goesOn != news.State > FlowRecordState.Opening)
            return goesOn;
        return (held.OwnerNode, held.OwnerStart, held.Incarnation).CompareTo(
            (news.OwnerNode, news.OwnerStart, news.Incarnation)) < 0;
    }

    private int Find(in FlowKey4 forward, out FlowRecord4 held)
    {
        int slot = _forward.Find(forward);
        held = slot < 0 ? default : _store[slot];
        return slot;
    }

    /// <summary>Whether a slot holds a tombstone whose own time is over.</summary>
    private bool IsSpent(int slot, uint nowSeconds)
    {
        ref FlowRecord4 record = ref _store[slot];
        return record.State == FlowRecordState.Tombstone
            && nowSeconds - _store.Heard(slot) > record.IdleTimeoutSeconds;
    }

    private ReplicaVerdict Add(in FlowRecord4 record, uint nowSeconds)
    {
        if (!_store.HasRoom)
            return ReplicaVerdict.Full;
        Fill(_store.Take(), record, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    private void Replace(int slot, in FlowRecord4 record, uint nowSeconds)
    {
        FlowKey4 reverse = record.Reverse;
        bool isSame = _store[slot].Reverse == reverse;
        if (!isSame)
            _reverse.Remove(_store[slot].Reverse, slot);
        _store[slot] = record;
        _store.Heard(slot) = nowSeconds;
        // A port may have gone on to another flow and come back.
        if (!isSame || _reverse.Find(reverse) != slot)
            _reverse.Set(reverse, slot);
    }

    private void Fill(int slot, in FlowRecord4 record, uint nowSeconds)
    {
        _store[slot] = record;
        _store.Heard(slot) = nowSeconds;
        _forward.Set(record.Forward, slot);
        _reverse.Set(record.Reverse, slot);
    }
}
