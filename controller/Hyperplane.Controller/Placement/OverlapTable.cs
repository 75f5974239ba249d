using System.Numerics;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Controller.Placement;

/// <summary>Counts the nodes that each two tenants share.</summary>
/// <remarks>Tenants with the same nodes are counted together: there are as many sets as shards where each tenant has
/// one, whatever the number of tenants.</remarks>
internal static class OverlapTable
{
    private const int WordBits = 64;
    private const int MostPairs = 20;

    /// <summary>The table.</summary>
    /// <param name="tenants">The ids of the nodes that serve each tenant; none is empty.</param>
    public static TenantOverlap Of(IReadOnlyDictionary<string, IReadOnlySet<int>> tenants)
    {
        Dictionary<int, int> bits = tenants.Values.SelectMany(nodes => nodes).Distinct().Order()
            .Select((node, bit) => (node, bit)).ToDictionary(pair => pair.node, pair => pair.bit);
        (ulong[] Nodes, string[] Tenants)[] sets =
        [
            .. tenants.Select(tenant => (Tenant: tenant.Key, Nodes: tenant.Value.Select(node => bits[node]).Order()))
                .GroupBy(one => string.Join(',', one.Nodes), StringComparer.Ordinal)
                .Select(group => (
                    Set(group.First().Nodes, bits.Count),
                    Tenants: group.Select(one => one.Tenant).Order(StringComparer.Ordinal).ToArray()))
                .OrderBy(set => set.Tenants[0], StringComparer.Ordinal),
        ];
        var pairs = new SortedDictionary<int, long>();
        var worst = new PriorityQueue<(int Left, int Right), int>();
        for (int left = 0; left < sets.Length; left++)
        {
            for (int right = left; right < sets.Length; right++)
            {
                long count = left == right
                    ? sets[left].Tenants.LongLength * (sets[left].Tenants.LongLength - 1) / 2
                    : sets[left].Tenants.LongLength * sets[right].Tenants.LongLength;
                if (count == 0)
                    continue;
                int shared = Shared(sets[left].Nodes, sets[right].Nodes);
                pairs[shared] = pairs.GetValueOrDefault(shared) + count;
                if (shared == 0 || (worst.Count == MostPairs && worst.TryPeek(out _, out int least) && least >= shared))
                    continue;
                worst.Enqueue((left, right), shared);
                if (worst.Count > MostPairs)
                    worst.Dequeue();
            }
        }

        int most = pairs.Count == 0 ? -1 : pairs.Keys.Max();
        return new TenantOverlap(
            tenants.Count,
            [.. Enumerable.Range(0, most + 1).Select(n => new OverlapCount(n, pairs.GetValueOrDefault(n)))],
            [
                .. worst.UnorderedItems.SelectMany(one => Pairs(sets[one.Element.Left], sets[one.Element.Right]))
                    .OrderByDescending(pair => pair.SharedNodes).ThenBy(pair => pair.Nodes)
                    .ThenBy(pair => pair.First, StringComparer.Ordinal)
                    .ThenBy(pair => pair.Second, StringComparer.Ordinal).Take(MostPairs),
            ]);
    }

    private static IEnumerable<TenantPair> Pairs(
        (ulong[] Nodes, string[] Tenants) left, (ulong[] Nodes, string[] Tenants) right)
    {
        int shared = Shared(left.Nodes, right.Nodes);
        int nodes = Math.Min(Shared(left.Nodes, left.Nodes), Shared(right.Nodes, right.Nodes));
        bool isOne = left.Tenants == right.Tenants;
        return left.Tenants.SelectMany((first, i) => right.Tenants.Skip(isOne ? i + 1 : 0)
            .Select(second => string.CompareOrdinal(first, second) < 0
                ? new TenantPair(first, second, shared, nodes)
                : new TenantPair(second, first, shared, nodes))).Take(MostPairs);
    }

    private static ulong[] Set(IEnumerable<int> nodes, int count)
    {
        var set = new ulong[(count + WordBits - 1) / WordBits];
        foreach (int node in nodes)
            set[node / WordBits] |= 1UL << (node % WordBits);
        return set;
    }

    private static int Shared(ulong[] left, ulong[] right)
    {
        int shared = 0;
        for (int word = 0; word < left.Length; word++)
            shared += BitOperations.PopCount(left[word] & right[word]);
        return shared;
    }
}
