using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>What the XDP program refused at VIPs: <c>struct refusals</c> in <c>bpf/hyperplane.h</c>, one a
/// CPU.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class VipRefusals(BpfMap map, int cpus)
{
    /// <summary>The kernel gives whole hash buckets, which have few entries.</summary>
    private const int BatchEntries = 256;

    private readonly int _wordsPerEntry = VipDrops.Reasons.Length * cpus;
    private readonly PacketAddress[] _keys = new PacketAddress[BatchEntries];
    private readonly ulong[] _words = new ulong[BatchEntries * VipDrops.Reasons.Length * cpus];

    /// <summary>Frames by VIP, in the order of <see cref="VipDrops.Reasons"/>; of VIPs where there are any.</summary>
    public Dictionary<PacketAddress, ulong[]> Read()
    {
        var all = new Dictionary<PacketAddress, ulong[]>();
        long cursor = -1;
        bool isMore = true;
        while (isMore)
        {
            isMore = map.LookupPerCpuBatch(ref cursor, _keys.AsSpan(), _words, out int count, out int error);
            if (error != 0)
                throw new KernelException("reading what the XDP program refused at VIPs", error, "");
            for (int entry = 0; entry < count; entry++)
                all[_keys[entry]] = Sum(_words.AsSpan(entry * _wordsPerEntry, _wordsPerEntry));
        }

        return all;
    }

    /// <summary>Forgets those at a VIP that is gone.</summary>
    public void Forget(in PacketAddress vip) => map.Delete(in vip);

    private static ulong[] Sum(ReadOnlySpan<ulong> words)
    {
        ulong[] sum = new ulong[VipDrops.Reasons.Length];
        for (int i = 0; i < words.Length; i++)
            sum[i % sum.Length] += words[i];
        return sum;
    }
}
