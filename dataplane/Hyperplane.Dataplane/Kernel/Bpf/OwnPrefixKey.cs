using System.Net;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>A prefix that is ours: <c>struct own_prefix_key</c> in <c>bpf/hyperplane.h</c>.</summary>
/// <param name="PrefixBits">0 to 32.</param>
/// <param name="AddressBe">In network order.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 8)]
internal readonly record struct OwnPrefixKey(uint PrefixBits, uint AddressBe)
{
    /// <summary>Of an IPv4 network.</summary>
    public static OwnPrefixKey From(IPNetwork network)
    {
        Span<byte> octets = stackalloc byte[4];
        return network.BaseAddress.TryWriteBytes(octets, out int written) && written == 4
            ? new OwnPrefixKey((uint)network.PrefixLength, MemoryMarshal.Read<uint>(octets))
            : throw new ArgumentException($"{network} is not an IPv4 prefix", nameof(network));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{new IPAddress(AddressBe)}/{PrefixBits}");
}
