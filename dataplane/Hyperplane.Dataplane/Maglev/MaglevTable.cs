using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Maglev;

/// <summary>Which target a hash belongs to: consistent hashing after Maglev (NSDI 2016, section 3.4), with
/// weights.</summary>
/// <remarks>Every target owns a number of slots that is its exact share rounded down or up. Targets take turns, each
/// taking the next free slot of its own permutation, so that one target's loss moves few slots of the others. The
/// result depends on ids and weights alone, never on the order in which they are given.</remarks>
public sealed class MaglevTable
{
    private readonly ushort[] _slots;

    internal MaglevTable(ushort[] slots) => _slots = slots;

    /// <summary>Slots, a prime.</summary>
    public int Size => _slots.Length;

    /// <summary>The target of every slot, as the position it had in the arguments of <see cref="Build"/>.</summary>
    public ReadOnlySpan<ushort> Slots => _slots;

    /// <summary>The position of the target that owns a hash.</summary>
    public int Select(ulong hash) => _slots[SlotOf(hash)];

    /// <summary>The slot of a hash: its high bits over the whole table.</summary>
    public int SlotOf(ulong hash) => (int)Math.BigMul(hash, (ulong)_slots.Length, out _);

    /// <summary>Builds a table; not for the packet path.</summary>
    /// <param name="ids">Distinct target ids, 1 to 65,535 of them.</param>
    /// <param name="weights">Positive weights, one a target.</param>
    /// <param name="size">Slots: a prime, at least the number of targets.</param>
    public static MaglevTable Build(ReadOnlySpan<uint> ids, ReadOnlySpan<int> weights, int size)
    {
        if (ids.Length is 0 or > ushort.MaxValue || ids.Length > size)
            throw new ArgumentException("1 to 65,535 targets, no more than slots", nameof(ids));
        if (weights.Length != ids.Length)
            throw new ArgumentException("one weight a target", nameof(weights));
        return new MaglevTable(new MaglevBuilder(ids, weights, size).Fill());
    }
}
