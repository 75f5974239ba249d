using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Bench.Maglev;

/// <summary>The population loop as the paper prints it (NSDI 2016, section 3.4), with this project's permutations: the
/// same table, made plainly.</summary>
internal static class TextbookMaglev
{
    private const ulong OffsetSeed = 0x68797065726d6167;
    private const ulong SkipSeed = 0x706c616e656c6576;
    private const ushort Empty = ushort.MaxValue;

    /// <summary>The target of every slot, by position; targets of equal weight in the order of their ids.</summary>
    public static ushort[] Build(uint[] ids, int size)
    {
        var offset = new uint[ids.Length];
        var skip = new uint[ids.Length];
        var next = new ulong[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            offset[i] = (uint)(FlowHash.Of(ids[i], OffsetSeed) % (uint)size);
            skip[i] = (uint)(FlowHash.Of(ids[i], SkipSeed) % (uint)(size - 1)) + 1;
        }
        var entry = new ushort[size];
        Array.Fill(entry, Empty);
        for (int filled = 0; ;)
        {
            for (int i = 0; i < ids.Length; i++)
            {
                ulong slot = Permutation(i);
                while (entry[slot] != Empty)
                {
                    next[i]++;
                    slot = Permutation(i);
                }
                entry[slot] = (ushort)i;
                next[i]++;
                if (++filled == size)
                    return entry;
            }
        }

        ulong Permutation(int i) => (offset[i] + (next[i] * skip[i])) % (uint)size;
    }
}
