using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The target with the fewest flows for its weight: a heap over what was last seen of each.</summary>
/// <remarks>A flow that ends is told at once; one that begins is seen when its target comes to the top again, and so is
/// what tables of an earlier model counted. So a choice looks at <see cref="Looks"/> targets at most. Each
/// packet thread has its own.</remarks>
internal sealed class LeastFlows
{
    private const int Looks = 32;

    private readonly int[] _slots;
    private readonly int[] _weights;
    private readonly ulong[] _flows;
    private readonly int[] _heap;
    private readonly int[] _places;

    /// <summary>Of targets without flows.</summary>
    /// <param name="slots">Their counter slots.</param>
    /// <param name="weights">Positive, one a target.</param>
    public LeastFlows(int[] slots, int[] weights)
    {
        (_slots, _weights) = (slots, weights);
        _flows = new ulong[slots.Length];
        _heap = [.. Enumerable.Range(0, slots.Length)];
        _places = [.. _heap];
    }

    /// <summary>The position of the target.</summary>
    public int Choose(FlowCounterTable counters)
    {
        for (int look = 0; look < Looks; look++)
        {
            int position = _heap[0];
            ulong flows = counters[_slots[position]].ActiveFlows;
            if (flows == _flows[position])
                break;
            _flows[position] = flows;
            Sink(0);
        }
        return _heap[0];
    }

    /// <summary>A flow of a target ended.</summary>
    public void OnEnd(int position, FlowCounterTable counters)
    {
        _flows[position] = counters[_slots[position]].ActiveFlows;
        Rise(_places[position]);
        Sink(_places[position]);
    }

    private void Rise(int place)
    {
        for (int parent = (place - 1) / 2; place > 0 && IsLess(place, parent); parent = (place - 1) / 2)
        {
            Swap(place, parent);
            place = parent;
        }
    }

    private void Sink(int place)
    {
        while (true)
        {
            int least = place;
            for (int child = (2 * place) + 1; child <= (2 * place) + 2 && child < _heap.Length; child++)
                least = IsLess(child, least) ? child : least;
            if (least == place)
                return;
            Swap(place, least);
            place = least;
        }
    }

    private bool IsLess(int left, int right)
    {
        (int one, int other) = (_heap[left], _heap[right]);
        return _flows[one] * (ulong)_weights[other] < _flows[other] * (ulong)_weights[one];
    }

    private void Swap(int left, int right)
    {
        (_heap[left], _heap[right]) = (_heap[right], _heap[left]);
        _places[_heap[left]] = left;
        _places[_heap[right]] = right;
    }
}
