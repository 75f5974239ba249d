using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary><c>struct bpf_test_run_opts</c> of libbpf 1.1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfTestRunOptions
{
    public nuint Bytes;
    public byte* DataIn;
    public byte* DataOut;
    public uint DataInBytes;
    public uint DataOutBytes;
    public void* ContextIn;
    public void* ContextOut;
    public uint ContextInBytes;
    public uint ContextOutBytes;
    public uint Result;
    public int Repeat;
    public uint DurationNs;
    public uint Flags;
    public uint Cpu;
    public uint BatchSize;
}
