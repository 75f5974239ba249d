using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>An IPv4 prefix that is ours: <c>struct own_prefix_key</c> in <c>bpf/hyperplane.h</c>.</summary>
/// <param name="PrefixBits">0 to 32.</param>
/// <param name="AddressBe">In network order.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 8)]
internal readonly record struct OwnPrefixKey(uint PrefixBits, uint AddressBe)
{
    /// <summary>Of an IPv4 network.</summary>
    public static OwnPrefixKey From(IPNetwork network) =>
        new((uint)network.PrefixLength, PacketAddress.Of(network.BaseAddress).Ipv4Be);
}
