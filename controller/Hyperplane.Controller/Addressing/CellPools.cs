using System.Numerics;

namespace Hyperplane.Controller.Addressing;

/// <summary>
/// What a cell owns of its zone's pools: a run of VIP blocks, one a shard, and a part of the SNAT pool.
/// </summary>
/// <remarks>
/// A zone says when it is declared how many cells it may have, a power of two; each owns one part in so many of either
/// pool, for as long as it is there. A VIP pool of fewer blocks gives one block to each of its first cells. Blocks are
/// /26, or the whole pool when that is smaller; where the zone has IPv6 pools, a shard owns a /122 of the same place in
/// them. A block's first and last address are never chosen automatically (a person who reads .0 or .255 takes it for a
/// network or a broadcast), but may be asked for.
/// </remarks>
internal sealed class CellPools
{
    /// <summary>Cells that a zone has room for unless it says otherwise.</summary>
    public const int DefaultCells = 4;

    /// <summary>The most cells that a zone can have room for.</summary>
    public const int MostCells = 64;

    /// <summary>Shards that a cell can have.</summary>
    public const int MaxShards = 64;

    /// <summary>How long the IPv6 block of a shard is.</summary>
    public const int Ipv6BlockLength = 122;

    private const int BlockLength = 26;
    private readonly int _cellBits;
    private readonly int _firstBlock;
    private readonly int _ordinal;

    /// <summary>The part of cell number <paramref name="ordinal"/> of a zone with room for
    /// <paramref name="maxCells"/>, a power of two.</summary>
    public CellPools(IpPrefix vipPool, IpPrefix snatPool, int ordinal, int maxCells = DefaultCells)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, maxCells);
        _cellBits = BitOperations.Log2((uint)maxCells);
        VipPool = vipPool;
        _ordinal = ordinal;
        int length = ShardBlockLength(vipPool);
        int blocks = 1 << (length - vipPool.Length);
        int share = Math.Max(1, blocks / maxCells);
        _firstBlock = ordinal * share;
        ShardCount = _firstBlock >= blocks ? 0 : Math.Min(share, MaxShards);
        Snat = PartOf(snatPool);
    }

    /// <summary>The zone's whole pool.</summary>
    public IpPrefix VipPool { get; }

    /// <summary>The zone's IPv6 pools; null when it has none.</summary>
    public FamilyPools? Ipv6 { get; init; }

    /// <summary>How many shards the cell has; 0 when the pool has no block left for it.</summary>
    public int ShardCount { get; }

    /// <summary>The covering prefix of the cell's SNAT addresses.</summary>
    public IpPrefix Snat { get; }

    /// <summary>The covering prefix of its IPv6 ones; null when it has none.</summary>
    public IpPrefix? Ipv6Snat => Ipv6 is null ? null : PartOf(Ipv6.Snat);

    /// <summary>Whether a zone can have room for so many cells: a power of two, up to 64.</summary>
    public static bool IsRoom(int maxCells) => maxCells is > 0 and <= MostCells && BitOperations.IsPow2(maxCells);

    /// <summary>How long the blocks of a pool are.</summary>
    public static int ShardBlockLength(IpPrefix vipPool) => Math.Max(BlockLength, vipPool.Length);

    /// <summary>How long an IPv6 VIP pool may be, to have as many blocks as an IPv4 one.</summary>
    public static int LongestIpv6Pool(IpPrefix vipPool) =>
        Ipv6BlockLength - (ShardBlockLength(vipPool) - vipPool.Length);

    /// <summary>The block of a shard.</summary>
    public IpPrefix Block(int shard) => VipPool.Slice(ShardBlockLength(VipPool), _firstBlock + Checked(shard));

    /// <summary>The IPv6 block of a shard; the zone has IPv6 pools.</summary>
    public IpPrefix Ipv6Block(int shard) => Ipv6!.Vip.Slice(Ipv6BlockLength, _firstBlock + Checked(shard));

    /// <summary>The shard whose block has the address; −1 when none of this cell has.</summary>
    public int ShardOf(Ip address)
    {
        if (!VipPool.Contains(address))
            return -1;
        int index = (int)((address.Value - VipPool.First.Value) >> (address.Bits - ShardBlockLength(VipPool)))
            - _firstBlock;
        return index >= 0 && index < ShardCount ? index : -1;
    }

    private IpPrefix PartOf(IpPrefix snatPool) => snatPool.Slice(snatPool.Length + _cellBits, _ordinal);

    private int Checked(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardCount);
        return shard;
    }
}
