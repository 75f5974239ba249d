using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Addresses and ports as they lie in a frame.</summary>
public static class AddressBytes
{
    /// <summary>An IPv4 address in network order.</summary>
    /// <exception cref="ArgumentException">It is not IPv4.</exception>
    public static uint Be(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (!address.TryWriteBytes(bytes, out int written) || written != 4)
            throw new ArgumentException($"{address} is not an IPv4 address", nameof(address));
        return System.Runtime.InteropServices.MemoryMarshal.Read<uint>(bytes);
    }

    /// <summary>A port in network order.</summary>
    public static ushort Be(ushort port) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
