using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperplane.Decap.Kernel;

/// <summary>An address of either version: <c>struct decap_address</c> in <c>bpf/decap.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 20)]
internal struct DecapAddress
{
    /// <summary>4 or 6.</summary>
    public uint Version;

    /// <summary>In wire order; an IPv4 address in the first four, zeros behind it.</summary>
    public OctetArray Octets;

    /// <summary>Its form for the program.</summary>
    public static DecapAddress From(IPAddress address)
    {
        DecapAddress made = default;
        made.Version = address.AddressFamily == AddressFamily.InterNetwork ? 4u : 6u;
        address.TryWriteBytes(made.Octets, out _);
        return made;
    }

    /// <summary>Its form for people.</summary>
    public readonly IPAddress ToAddress()
    {
        ReadOnlySpan<byte> octets = Octets;
        return new IPAddress(Version == 4 ? octets[..4] : octets);
    }

    /// <summary>Sixteen of them in place.</summary>
    [InlineArray(16)]
    internal struct OctetArray
    {
        private byte _first;
    }
}
