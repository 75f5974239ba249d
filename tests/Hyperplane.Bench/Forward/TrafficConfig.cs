using System.Runtime.InteropServices;

namespace Hyperplane.Bench.Forward;

/// <summary>What the generator sends: the constants of <c>bpf/traffic.bpf.c</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct TrafficConfig
{
    public ulong DestinationMac;
    public uint VipBe;
    public uint FirstClient;
    public ushort PortBe;
    public ushort Unused;
    public uint InterfaceIndex;
    public uint FlowCount;
    public uint Padding;
}
