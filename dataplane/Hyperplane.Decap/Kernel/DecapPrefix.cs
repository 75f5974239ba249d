using System.Net;
using System.Runtime.InteropServices;

namespace Hyperplane.Decap.Kernel;

/// <summary>A prefix of either version: <c>struct decap_prefix</c> in <c>bpf/decap.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 24)]
internal struct DecapPrefix
{
    private const uint VersionBits = 32;

    /// <summary>The version's 32 and those of the prefix.</summary>
    public uint Bits;

    /// <summary>The first address.</summary>
    public DecapAddress Address;

    /// <summary>Its form for the program.</summary>
    public static DecapPrefix From(IPNetwork network) => new()
    {
        Bits = VersionBits + (uint)network.PrefixLength,
        Address = DecapAddress.From(network.BaseAddress),
    };

    /// <summary>Its form for people.</summary>
    public readonly IPNetwork ToNetwork() => new(Address.ToAddress(), (int)(Bits - VersionBits));
}
