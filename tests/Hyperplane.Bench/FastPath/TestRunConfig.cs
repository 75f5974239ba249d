using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Bench.FastPath;

/// <summary>What each repetition's frame looks like: the constants of <c>bpf/testrun.bpf.c</c>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 52)]
internal struct TestRunConfig
{
    public uint DestinationBe;
    public uint FirstClient;
    public ushort PortBe;
    public ushort FrameBytes;
    public uint FlowCount;
    public PacketAddress Destination6;
    public PacketAddress Client6;
    public uint TcpFlags;
}
