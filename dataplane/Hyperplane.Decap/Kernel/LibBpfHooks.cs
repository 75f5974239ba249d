using System.Runtime.InteropServices;

namespace Hyperplane.Decap.Kernel;

/// <summary>The part of libbpf 1.x that attaches programs which outlive the process, and finds them again.</summary>
/// <remarks>Functions answer 0, a handle, or −errno.</remarks>
internal static unsafe partial class LibBpfHooks
{
    /// <summary><c>BPF_TC_INGRESS</c>.</summary>
    public const int TcIngress = 1;

    /// <summary><c>BPF_TC_F_REPLACE</c>.</summary>
    public const uint TcReplace = 1;

    /// <summary><c>XDP_FLAGS_UPDATE_IF_NOEXIST</c>.</summary>
    public const uint XdpIfAbsent = 1;

    /// <summary><c>XDP_FLAGS_DRV_MODE</c>.</summary>
    public const uint XdpDriver = 4;

    private const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "bpf_tc_hook_create")]
    public static partial int CreateTcHook(TcHookOptions* hook);

    [LibraryImport(Library, EntryPoint = "bpf_tc_attach")]
    public static partial int AttachTc(TcHookOptions* hook, TcOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_tc_detach")]
    public static partial int DetachTc(TcHookOptions* hook, TcOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_tc_query")]
    public static partial int QueryTc(TcHookOptions* hook, TcOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_xdp_attach")]
    public static partial int AttachXdp(int interfaceIndex, int program, uint flags, XdpOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_xdp_detach")]
    public static partial int DetachXdp(int interfaceIndex, uint flags, XdpOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_xdp_query_id")]
    public static partial int QueryXdp(int interfaceIndex, int flags, uint* programId);

    [LibraryImport(Library, EntryPoint = "bpf_prog_get_fd_by_id")]
    public static partial int OpenProgram(uint id);

    [LibraryImport(Library, EntryPoint = "bpf_map_get_fd_by_id")]
    public static partial int OpenMap(uint id);

    [LibraryImport(Library, EntryPoint = "bpf_map_get_next_key")]
    public static partial int NextKey(int map, void* key, void* nextKey);

    /// <summary><c>struct bpf_tc_hook</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TcHookOptions
    {
        public nuint Bytes;
        public int InterfaceIndex;
        public int AttachPoint;
        public uint Parent;
    }

    /// <summary><c>struct bpf_tc_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TcOptions
    {
        public nuint Bytes;
        public int Program;
        public uint Flags;
        public uint ProgramId;
        public uint Handle;
        public uint Priority;
    }

    /// <summary><c>struct bpf_xdp_attach_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct XdpOptions
    {
        public nuint Bytes;
        public int OldProgram;
    }
}
