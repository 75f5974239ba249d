using System.Runtime.InteropServices;

namespace Hyperplane.Decap.Kernel;

/// <summary>The program's settings, fixed at load: <c>struct decap_config</c> in <c>bpf/decap.h</c>; host
/// order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 8)]
internal struct DecapConfig
{
    /// <summary>The one VXLAN network that is taken.</summary>
    public uint Vni;

    /// <summary>UDP port.</summary>
    public ushort GuePort;

    /// <summary>0 = every network is taken.</summary>
    public byte ChecksVni;

    /// <summary>0 = every inner destination is taken.</summary>
    public byte ChecksVip;
}
