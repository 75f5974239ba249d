using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Maglev;

/// <summary>Fills one Maglev table.</summary>
/// <remarks>Half of the probes of the plain algorithm go into the last √M free slots, where nearly every probe hits a
/// taken one. There the order of search is turned round, with the same result: of the few free slots the one that
/// stands first in the target's permutation is computed through the inverse of its step modulo M.</remarks>
internal readonly ref struct MaglevBuilder
{
    private const ulong OffsetSeed = 0x68797065726d6167;
    private const ulong StepSeed = 0x706c616e656c6576;

    private readonly int _size;
    private readonly ushort[] _slots;
    private readonly ushort[] _turns;
    private readonly ulong[] _taken;
    private readonly ushort[] _positions;
    private readonly uint[] _next;
    private readonly uint[] _steps;

    public MaglevBuilder(ReadOnlySpan<uint> ids, ReadOnlySpan<int> weights, int size)
    {
        _size = size;
        _slots = new ushort[size];
        _taken = new ulong[(size + 63) / 64];
        _positions = new ushort[ids.Length];
        _next = new uint[ids.Length];
        _steps = new uint[ids.Length];
        uint[] sorted = ids.ToArray();
        for (int i = 0; i < sorted.Length; i++)
            _positions[i] = (ushort)i;
        Array.Sort(sorted, _positions);
        var sortedWeights = new int[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            _next[i] = (uint)(FlowHash.Of(sorted[i], OffsetSeed) % (uint)size);
            _steps[i] = (uint)(FlowHash.Of(sorted[i], StepSeed) % (uint)(size - 1)) + 1;
            sortedWeights[i] = weights[_positions[i]];
        }
        _turns = MaglevTurns.Order(sortedWeights, size);
    }

    public ushort[] Fill()
    {
        int tail = Math.Min(_size, (int)Math.Sqrt(_size));
        FillByProbing(_size - tail);
        FillByRank(_size - tail);
        foreach (ref ushort slot in _slots.AsSpan())
            slot = _positions[slot];
        return _slots;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillByProbing(int turns)
    {
        uint size = (uint)_size;
        ref ulong taken = ref MemoryMarshal.GetArrayDataReference(_taken);
        ref ushort slots = ref MemoryMarshal.GetArrayDataReference(_slots);
        ref uint next = ref MemoryMarshal.GetArrayDataReference(_next);
        ref uint steps = ref MemoryMarshal.GetArrayDataReference(_steps);
        foreach (ushort target in _turns.AsSpan(0, turns))
        {
            // SAFETY: turns name targets; a slot is below size, for which _slots and the bits of _taken are made.
            uint slot = Unsafe.Add(ref next, target);
            uint step = Unsafe.Add(ref steps, target);
            while (((Unsafe.Add(ref taken, slot >> 6) >> (int)slot) & 1) != 0)
                slot = After(slot, step, size);
            Unsafe.Add(ref taken, slot >> 6) |= 1UL << (int)slot;
            Unsafe.Add(ref slots, slot) = target;
            Unsafe.Add(ref next, target) = After(slot, step, size);
        }
    }

    private void FillByRank(int firstTurn)
    {
        uint[] free = FreeSlots(_size - firstTurn);
        var inverses = new uint[_positions.Length];
        ulong reciprocal = (ulong.MaxValue / (uint)_size) + 1;
        for (int turn = firstTurn, left = free.Length; left > 0; turn++, left--)
        {
            int target = _turns[turn];
            if (inverses[target] == 0)
                inverses[target] = Inverse(_steps[target], (uint)_size);
            int best = First(free.AsSpan(0, left), _next[target], inverses[target], (uint)_size, reciprocal);
            uint slot = free[best];
            free[best] = free[left - 1];
            _slots[slot] = (ushort)target;
            _next[target] = After(slot, _steps[target], (uint)_size);
        }
    }

    private uint[] FreeSlots(int count)
    {
        var free = new uint[count];
        int found = 0;
        for (uint slot = 0; slot < (uint)_size; slot++)
        {
            if (((_taken[slot >> 6] >> (int)slot) & 1) == 0)
                free[found++] = slot;
        }
        return free;
    }

    /// <summary>The index of the free slot that a permutation reaches first from where it stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int First(ReadOnlySpan<uint> free, uint from, uint inverse, uint size, ulong reciprocal)
    {
        int best = 0;
        ulong bestRank = ulong.MaxValue;
        for (int i = 0; i < free.Length; i++)
        {
            uint distance = free[i] >= from ? free[i] - from : free[i] + size - from;
            ulong product = (ulong)distance * inverse;
            // Exact remainder without a division while product < 2^40 and size < 2^20 (Lemire, Kaser, Kurz 2019).
            ulong rank = product - (Math.BigMul(product, reciprocal, out _) * size);
            if (rank < bestRank)
            {
                bestRank = rank;
                best = i;
            }
        }
        return best;
    }

    /// <summary>One step on, modulo size; without a branch, which nothing could predict.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint After(uint slot, uint step, uint size)
    {
        uint next = slot + step - size;
        return next + ((uint)((int)next >> 31) & size);
    }

    /// <summary>The number whose product with <paramref name="value"/> is 1 modulo a prime (extended Euclid).</summary>
    private static uint Inverse(uint value, uint prime)
    {
        long previous = 0, current = 1, rest = prime, divisor = value;
        while (divisor != 0)
        {
            long quotient = rest / divisor;
            (rest, divisor) = (divisor, rest - (quotient * divisor));
            (previous, current) = (current, previous - (quotient * current));
        }
        return (uint)(previous < 0 ? previous + prime : previous);
    }
}
