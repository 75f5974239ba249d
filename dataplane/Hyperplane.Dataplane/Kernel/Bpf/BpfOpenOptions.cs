using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary><c>struct bpf_object_open_opts</c> of libbpf 1.1; <see cref="Bytes"/> tells newer ones how much of it
/// there is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfOpenOptions
{
    public nuint Bytes;
    public byte* ObjectName;
    public byte RelaxedMaps;
    public byte* PinRootPath;
    public uint AttachProgram;
    public byte* KernelConfig;
    public byte* BtfPath;
    public byte* LogBuffer;
    public nuint LogBytes;
    public uint LogLevel;
}
