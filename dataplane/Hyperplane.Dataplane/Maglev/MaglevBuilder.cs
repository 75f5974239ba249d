using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Maglev;

/// <summary>Fills one Maglev table.</summary>
/// <remarks>Two things make it faster than the plain loop, with the same result. Four slots of a permutation are looked
/// at together: they do not wait for each other, and the first free one of four is no branch to be guessed. And half of
/// the plain loop's probes go into the last 2√M free slots, where nearly every probe hits a taken one: there the order
/// of search is turned round, and of the few free slots the one that stands first in the target's permutation is
/// computed through the inverse of its step modulo M.</remarks>
internal readonly ref struct MaglevBuilder
{
    private const ulong OffsetSeed = 0x68797065726d6167;
    private const ulong StepSeed = 0x706c616e656c6576;

    /// <summary>Numbers kept of a target's step: its multiples 0 to 4, and room.</summary>
    private const int Stride = 8;
    private const int Together = 4;
    private const uint AllTaken = (1 << Together) - 1;

    /// <summary>More than there are free slots in the end; a rank times this is still exact in a double.</summary>
    private const int IndexScale = 4_096;

    private readonly int _size;
    private readonly ushort[] _slots;
    private readonly ushort[] _turns;
    private readonly ulong[] _taken;
    private readonly ushort[] _positions;
    private readonly uint[] _next;
    private readonly uint[] _multiples;

    public MaglevBuilder(ReadOnlySpan<uint> ids, ReadOnlySpan<int> weights, int size)
    {
        _size = size;
        _slots = new ushort[size];
        _taken = new ulong[(size + 63) / 64];
        _positions = new ushort[ids.Length];
        _next = new uint[ids.Length];
        _multiples = new uint[ids.Length * Stride];
        uint[] sorted = ids.ToArray();
        for (int i = 0; i < sorted.Length; i++)
            _positions[i] = (ushort)i;
        Array.Sort(sorted, _positions);
        var sortedWeights = new int[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            _next[i] = (uint)(FlowHash.Of(sorted[i], OffsetSeed) % (uint)size);
            uint step = (uint)(FlowHash.Of(sorted[i], StepSeed) % (uint)(size - 1)) + 1;
            for (int multiple = 1; multiple <= Together; multiple++)
            {
                uint previous = _multiples[(i * Stride) + multiple - 1];
                _multiples[(i * Stride) + multiple] = After(previous, step, (uint)size);
            }
            sortedWeights[i] = weights[_positions[i]];
        }
        _turns = MaglevTurns.Order(sortedWeights, size);
    }

    public ushort[] Fill()
    {
        int tail = Math.Min(_size, 2 * (int)Math.Sqrt(_size));
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
        ref uint multiples = ref MemoryMarshal.GetArrayDataReference(_multiples);
        foreach (ushort target in _turns.AsSpan(0, turns))
        {
            // SAFETY: turns name targets, and a place among four has its multiple; a slot is below size, for which
            // _slots and the bits of _taken are made.
            uint slot = Unsafe.Add(ref next, target);
            ref uint multiple = ref Unsafe.Add(ref multiples, target * Stride);
            uint places;
            while ((places = Taken(ref taken, slot)
                | (Taken(ref taken, After(slot, Unsafe.Add(ref multiple, 1), size)) << 1)
                | (Taken(ref taken, After(slot, Unsafe.Add(ref multiple, 2), size)) << 2)
                | (Taken(ref taken, After(slot, Unsafe.Add(ref multiple, 3), size)) << 3)) == AllTaken)
                slot = After(slot, Unsafe.Add(ref multiple, Together), size);
            slot = After(slot, Unsafe.Add(ref multiple, BitOperations.TrailingZeroCount(~places)), size);
            Unsafe.Add(ref taken, slot >> 6) |= 1UL << (int)slot;
            Unsafe.Add(ref slots, slot) = target;
            Unsafe.Add(ref next, target) = After(slot, Unsafe.Add(ref multiple, 1), size);
        }
    }

    private void FillByRank(int firstTurn)
    {
        double[] free = FreeSlots(_size - firstTurn);
        uint[] inverses = Inverses();
        for (int turn = firstTurn, left = _size - firstTurn; left > 0; turn++, left--)
        {
            int target = _turns[turn];
            int best = First(free, left, _next[target], inverses[target]);
            uint slot = (uint)free[best];
            free[best] = free[left - 1];
            _slots[slot] = (ushort)target;
            _next[target] = After(slot, _multiples[(target * Stride) + 1], (uint)_size);
        }
    }

    /// <summary>With room for a vector behind them.</summary>
    private double[] FreeSlots(int count)
    {
        var free = new double[count + Vector<double>.Count];
        int found = 0;
        for (int word = 0; found < count; word++)
        {
            for (ulong bits = ~_taken[word]; bits != 0 && found < count; bits &= bits - 1)
                free[found++] = (word * 64) + BitOperations.TrailingZeroCount(bits);
        }
        return free;
    }

    /// <summary>The index of the free slot that a permutation reaches first from where it stands.</summary>
    /// <remarks>All numbers are whole and below 2^53, and a product is no multiple of the size, but 0: so no rounding
    /// ever moves a quotient over a whole number, and the remainders are exact.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int First(double[] free, int count, uint from, uint inverse)
    {
        // What fills the last vector up is behind its like and is not chosen.
        free.AsSpan(count, Vector<double>.Count).Fill(free[0]);
        Span<double> whole = free.AsSpan(0, count + Vector<double>.Count - 1);
        var reciprocal = new Vector<double>(1.0 / _size);
        var size = new Vector<double>(_size);
        var origin = new Vector<double>(from);
        var index = Vector.CreateSequence(0.0, 1.0);
        var best = new Vector<double>(double.MaxValue);
        foreach (Vector<double> slots in MemoryMarshal.Cast<double, Vector<double>>(whole))
        {
            Vector<double> product = (slots - origin) * inverse;
            Vector<double> rank = product - (Vector.Floor(product * reciprocal) * size);
            best = Vector.MinNative(best, (rank * IndexScale) + index);
            index += new Vector<double>(Vector<double>.Count);
        }
        double least = best[0];
        for (int i = 1; i < Vector<double>.Count; i++)
            least = Math.Min(least, best[i]);
        return (int)((long)least % IndexScale);
    }

    /// <summary>Of every target's step, the number whose product with it is 1 modulo size: one inversion for
    /// all.</summary>
    private uint[] Inverses()
    {
        uint prime = (uint)_size;
        var inverses = new uint[_positions.Length];
        ulong product = 1;
        for (int i = 0; i < inverses.Length; i++)
        {
            inverses[i] = (uint)product;
            product = product * _multiples[(i * Stride) + 1] % prime;
        }
        ulong inverse = Inverse((uint)product, prime);
        for (int i = inverses.Length - 1; i >= 0; i--)
        {
            inverses[i] = (uint)(inverses[i] * inverse % prime);
            inverse = inverse * _multiples[(i * Stride) + 1] % prime;
        }
        return inverses;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Taken(ref ulong taken, uint slot) => (uint)(Unsafe.Add(ref taken, slot >> 6) >> (int)slot) & 1;

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
