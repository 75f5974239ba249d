namespace Hyperplane.Controller.Addressing;

/// <summary>
/// What a cell owns of its zone's pools: a run of VIP blocks, one a shard, and a part of the SNAT pool.
/// </summary>
/// <remarks>
/// A zone has at most four cells; the nth to come owns the nth quarter of either pool, for ever. A VIP pool of fewer
/// than four blocks gives one block to each of its first cells. Blocks are /26, or the whole pool when that is smaller.
/// A block's first and last address are never chosen automatically (a person who reads .0 or .255 takes it for a
/// network or a broadcast), but may be asked for.
/// </remarks>
internal sealed class CellPools
{
    /// <summary>Cells that a zone can have.</summary>
    public const int MaxCells = 4;

    /// <summary>Shards that a cell can have.</summary>
    public const int MaxShards = 64;

    private const int BlockLength = 26;
    private readonly int _firstBlock;

    /// <summary>The part of cell number <paramref name="ordinal"/>, 0 to 3.</summary>
    public CellPools(Ipv4Prefix vipPool, Ipv4Prefix snatPool, int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, MaxCells);
        VipPool = vipPool;
        int length = ShardBlockLength(vipPool);
        int blocks = 1 << (length - vipPool.Length);
        int share = Math.Max(1, blocks / MaxCells);
        _firstBlock = ordinal * share;
        ShardCount = _firstBlock >= blocks ? 0 : Math.Min(share, MaxShards);
        Snat = snatPool.Slice(snatPool.Length + 2, ordinal);
    }

    /// <summary>The zone's whole pool.</summary>
    public Ipv4Prefix VipPool { get; }

    /// <summary>How many shards the cell has; 0 when the pool has no block left for it.</summary>
    public int ShardCount { get; }

    /// <summary>The covering prefix of the cell's SNAT addresses.</summary>
    public Ipv4Prefix Snat { get; }

    /// <summary>How long the blocks of a pool are.</summary>
    public static int ShardBlockLength(Ipv4Prefix vipPool) => Math.Max(BlockLength, vipPool.Length);

    /// <summary>The block of a shard.</summary>
    public Ipv4Prefix Block(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardCount);
        return VipPool.Slice(ShardBlockLength(VipPool), _firstBlock + shard);
    }

    /// <summary>The shard whose block has the address; −1 when none of this cell has.</summary>
    public int ShardOf(uint address)
    {
        if (!VipPool.Contains(address))
            return -1;
        int index = (int)((address - VipPool.First) >> (32 - ShardBlockLength(VipPool))) - _firstBlock;
        return index >= 0 && index < ShardCount ? index : -1;
    }
}
