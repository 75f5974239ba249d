using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Replicas;

/// <summary>The records one replica holds, found by either key, and the rules by which they change.</summary>
/// <remarks>
/// Single-threaded, without clock or I/O: both engines host it. A decision or a claim is for the arbiter of the forward
/// key alone; it raises the epoch, so that for every other replica the higher rank (<see cref="FlowEpoch.Rank"/>) is
/// the newer truth, whatever the order of arrival. At equal ranks (two arbiters during a partition) the lower node id
/// stands.
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

    /// <summary>Whether there is room for another record.</summary>
    public bool HasRoom => _store.HasRoom;

    /// <summary>Slots that were ever used: where a walk ends.</summary>
    public int Slots => _store.Used;

    /// <summary>The record of a slot; its state is None where there is none.</summary>
    public FlowRecord At(int slot) => _store[slot];

    /// <summary>The state of a slot's record.</summary>
    internal FlowRecordState StateAt(int slot) => _store.State(slot);

    /// <summary>When the record of a slot was last heard of, in seconds as they were given.</summary>
    internal uint HeardAt(int slot) => _store.Heard(slot);

    /// <summary>How long ago that was, in seconds; less than 0 where it counts as later than now.</summary>
    internal int AgeAt(int slot, uint nowSeconds) => (int)(nowSeconds - _store.Heard(slot));

    /// <summary>The record that has this key in either direction, tombstones included.</summary>
    public bool TryFind(in FlowKey key, out FlowRecord record)
    {
        int slot = SlotOf(key);
        record = slot < 0 ? default : _store[slot];
        return slot >= 0;
    }

    /// <summary>Asks for the memory in which the records of a batch are looked for: what is done with them then waits
    /// for all at once and not for each.</summary>
    internal void Foresee(ReadOnlySpan<byte> batch)
    {
        var keys = new KeyReader(batch);
        while (keys.TryRead(out FlowKey forward, out FlowKey reverse))
        {
            _forward.Expect(forward);
            _reverse.Expect(reverse);
        }
        keys = new KeyReader(batch);
        while (keys.TryRead(out FlowKey forward, out FlowKey reverse))
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
    public bool TryFindLive(in FlowKey key, out FlowRecord record) => TryFind(key, out record) && IsLive(record);

    /// <summary>The living flow that has this key in either direction, and when it was last heard of.</summary>
    internal bool TryFindLive(in FlowKey key, out FlowRecord record, out uint heardSeconds)
    {
        int slot = SlotOf(key);
        record = slot < 0 ? default : _store[slot];
        heardSeconds = slot < 0 ? 0 : _store.Heard(slot);
        return IsLive(record);
    }

    /// <summary>Arbiter: a flow is to be created; first come.</summary>
    /// <param name="record">As its owner made it, with the epoch of that time.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <param name="held">What had the key; its state is None when nothing had.</param>
    /// <param name="current">What has the key from now on.</param>
    public ReplicaVerdict Decide(
        in FlowRecord record, uint nowSeconds, out FlowRecord held, out FlowRecord current)
    {
        int slot = Find(record.Forward, out held);
        current = record;
        if (slot < 0)
            return Add(current, nowSeconds);
        if (IsLive(held) && held.State != FlowRecordState.Closing)
        {
            current = held;
            return held.Incarnation == record.Incarnation ? ReplicaVerdict.Taken : ReplicaVerdict.Refused;
        }
        current.Epoch = FlowEpoch.Later(record.Epoch, FlowEpoch.OfNextFlow(held.Epoch));
        Replace(slot, current, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    /// <summary>Arbiter: the asker takes a flow over, as it found it.</summary>
    /// <param name="record">The record that was found, with the claimer as owner.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    /// <param name="held">What had the key; its state is None when nothing had.</param>
    /// <param name="current">What has the key from now on.</param>
    public ReplicaVerdict Claim(
        in FlowRecord record, uint nowSeconds, out FlowRecord held, out FlowRecord current)
    {
        int slot = Find(record.Forward, out held);
        current = record;
        current.Epoch = FlowEpoch.OfNextOwner(record.Epoch);
        if (slot < 0)
            return Add(current, nowSeconds);
        bool isAsFound = held.Incarnation == record.Incarnation && held.Epoch == record.Epoch && IsLive(held);
        bool isOlder = FlowEpoch.IsOlder(RankOf(held), RankOf(record));
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
    public ReplicaVerdict Put(in FlowRecord record, uint nowSeconds, out FlowRecord other)
    {
        int slot = Find(record.Forward, out other);
        if (slot < 0)
            return Add(record, nowSeconds);
        if (IsNewer(other, record) && (other.Incarnation == record.Incarnation || !IsSpent(slot, nowSeconds)))
            return ReplicaVerdict.Refused;
        // Older news of the same do not make it older.
        bool isKnown = other.Incarnation == record.Incarnation && other.Epoch == record.Epoch;
        bool isOlder = isKnown && AgeAt(slot, nowSeconds) < 0;
        Replace(slot, record, isOlder ? _store.Heard(slot) : nowSeconds);
        return ReplicaVerdict.Taken;
    }

    /// <summary>Forgets what a slot holds when it has had no news for too long; true when it did.</summary>
    public bool ExpireAt(int slot, uint nowSeconds)
    {
        ref readonly FlowRecord4 record = ref _store.Row(slot).Record;
        if (record.State == FlowRecordState.None)
            return false;
        uint grace = record.State == FlowRecordState.Tombstone ? TombstoneGraceSeconds : GraceSeconds;
        if (AgeAt(slot, nowSeconds) <= record.IdleTimeoutSeconds + grace)
            return false;
        ForgetAt(slot);
        return true;
    }

    /// <summary>Forgets what a slot holds.</summary>
    public void ForgetAt(int slot)
    {
        FlowRecord record = _store[slot];
        _forward.Remove(record.Forward, slot);
        _reverse.Remove(record.Reverse, slot);
        _store.Release(slot);
    }

    /// <summary>Forgets the record that has this key in either direction.</summary>
    public void Forget(in FlowKey key)
    {
        int slot = SlotOf(key);
        if (slot >= 0)
            ForgetAt(slot);
    }

    /// <summary>Whether a record is a flow, and no tombstone.</summary>
    public static bool IsLive(in FlowRecord record) =>
        record.State is FlowRecordState.Opening or FlowRecordState.Established or FlowRecordState.Closing;

    /// <summary>Whether <paramref name="held"/> stands against <paramref name="news"/> of the same forward
    /// key.</summary>
    internal static bool IsNewer(in FlowRecord held, in FlowRecord news)
    {
        bool isSameOwner = held.OwnerNode == news.OwnerNode && held.OwnerStart == news.OwnerStart;
        if (held.Incarnation == news.Incarnation && held.Epoch == news.Epoch && isSameOwner)
            return held.State > news.State;
        if (RankOf(held) != RankOf(news))
            return FlowEpoch.IsOlder(RankOf(news), RankOf(held));
        return (held.OwnerNode, held.OwnerStart, held.Incarnation).CompareTo(
            (news.OwnerNode, news.OwnerStart, news.Incarnation)) < 0;
    }

    private static uint RankOf(in FlowRecord record) => FlowEpoch.Rank(record.Epoch, record.State);

    private int SlotOf(in FlowKey key)
    {
        int slot = _forward.Find(key);
        return slot < 0 ? _reverse.Find(key) : slot;
    }

    private int Find(in FlowKey forward, out FlowRecord held)
    {
        int slot = _forward.Find(forward);
        held = slot < 0 ? default : _store[slot];
        return slot;
    }

    /// <summary>Whether a slot holds a tombstone whose own time is over.</summary>
    private bool IsSpent(int slot, uint nowSeconds)
    {
        ref readonly FlowRecord4 record = ref _store.Row(slot).Record;
        return record.State == FlowRecordState.Tombstone
            && AgeAt(slot, nowSeconds) > record.IdleTimeoutSeconds;
    }

    private ReplicaVerdict Add(in FlowRecord record, uint nowSeconds)
    {
        if (!_store.HasRoom)
            return ReplicaVerdict.Full;
        Fill(_store.Take(), record, nowSeconds);
        return ReplicaVerdict.Taken;
    }

    private void Replace(int slot, in FlowRecord record, uint nowSeconds)
    {
        FlowKey reverse = record.Reverse;
        bool isSame = _store.Is(slot, FlowSide.Target, reverse);
        if (!isSame)
            _reverse.Remove(_store.Key(slot, FlowSide.Target), slot);
        _store[slot] = record;
        _store.Heard(slot) = nowSeconds;
        // A port may have gone on to another flow and come back.
        if (!isSame || _reverse.Find(reverse) != slot)
            _reverse.Set(reverse, slot);
    }

    private void Fill(int slot, in FlowRecord record, uint nowSeconds)
    {
        _store[slot] = record;
        _store.Heard(slot) = nowSeconds;
        _forward.Set(record.Forward, slot);
        _reverse.Set(record.Reverse, slot);
    }
}
