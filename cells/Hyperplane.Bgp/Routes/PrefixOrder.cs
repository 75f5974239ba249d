using System.Net;

namespace Hyperplane.Bgp;

/// <summary>Orders prefixes by address, then length, so that the same change makes the same bytes.</summary>
internal sealed class PrefixOrder : IComparer<IPNetwork>
{
    public static readonly PrefixOrder Instance = new();

    public int Compare(IPNetwork x, IPNetwork y)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        x.BaseAddress.TryWriteBytes(left, out int leftBytes);
        y.BaseAddress.TryWriteBytes(right, out int rightBytes);
        int byAddress = left[..leftBytes].SequenceCompareTo(right[..rightBytes]);
        if (leftBytes != rightBytes)
            return leftBytes.CompareTo(rightBytes);
        return byAddress != 0 ? byAddress : x.PrefixLength.CompareTo(y.PrefixLength);
    }
}
