using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>What a new flow at a VIP costs on this node, for the XDP program: <c>struct admission</c> in
/// <c>bpf/hyperplane.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 32)]
internal record struct AdmissionEntry
{
    /// <summary>Of the VIP's rate, in nanoseconds; 0 for no limit.</summary>
    public ulong VipCostNs;

    /// <summary>Of the tenant's rate, likewise.</summary>
    public ulong TenantCostNs;

    /// <summary>Of the source's rate, likewise.</summary>
    public ulong SourceCostNs;

    /// <summary>The VIP's bucket.</summary>
    public uint VipPlace;

    /// <summary>The tenant's bucket.</summary>
    public uint TenantPlace;
}
