using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary>What the kernel could not hand over: <c>struct xdp_statistics</c>.</summary>
/// <remarks>A frame that finds no free memory counts in both <see cref="ReceiveDropped"/> and
/// <see cref="FillRingEmpty"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct XskStatistics
{
    public ulong ReceiveDropped;
    public ulong ReceiveInvalid;
    public ulong TransmitInvalid;
    public ulong ReceiveRingFull;
    public ulong FillRingEmpty;
    public ulong TransmitRingEmpty;

    /// <summary>Frames that the XDP program gave to the socket and that never arrived.</summary>
    public readonly ulong Lost => ReceiveDropped + ReceiveRingFull;
}
