using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>An IPv6 prefix that is ours: <c>struct own_prefix_key6</c> in <c>bpf/hyperplane.h</c>.</summary>
/// <param name="PrefixBits">0 to 128.</param>
/// <param name="Address">Its first address.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 20)]
internal readonly record struct OwnPrefixKey6(uint PrefixBits, PacketAddress Address)
{
    /// <summary>Of an IPv6 network.</summary>
    public static OwnPrefixKey6 From(IPNetwork network) =>
        new((uint)network.PrefixLength, PacketAddress.Of(network.BaseAddress));
}
