using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The part of libbpf 1.x that loads, attaches and reads programs.</summary>
/// <remarks>Functions that answer a pointer answer 0 on failure, with errno set; the others −errno.</remarks>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    public static partial nint SetPrint(nint callback);

    [LibraryImport(Library, EntryPoint = "libbpf_num_possible_cpus")]
    public static partial int PossibleCpuCount();

    [LibraryImport(Library, EntryPoint = "bpf_object__open_mem", SetLastError = true)]
    public static partial nint OpenMemory(byte* image, nuint imageBytes, BpfOpenOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    public static partial int Load(nint bpfObject);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    public static partial void CloseObject(nint bpfObject);

    [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindMap(nint bpfObject, string name);

    [LibraryImport(
        Library, EntryPoint = "bpf_object__find_program_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindProgram(nint bpfObject, string name);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    public static partial int ProgramDescriptor(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    public static partial int MapDescriptor(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
    public static partial uint KeyBytes(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    public static partial uint ValueBytes(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__max_entries")]
    public static partial uint MaxEntries(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
    public static partial int SetMaxEntries(nint map, uint entries);

    [LibraryImport(Library, EntryPoint = "bpf_map__reuse_fd")]
    public static partial int ReuseMap(nint map, int descriptor);

    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    public static partial int SetAutoload(nint program, byte loads);

    [LibraryImport(Library, EntryPoint = "bpf_map__initial_value")]
    public static partial nint InitialValue(nint map, nuint* bytes);

    [LibraryImport(Library, EntryPoint = "bpf_map_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateMap(
        int type, string name, uint keyBytes, uint valueBytes, uint maxEntries, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
    public static partial int Update(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_batch")]
    public static partial int UpdateBatch(int map, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem")]
    public static partial int Lookup(int map, void* key, void* value);

    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem")]
    public static partial int Delete(int map, void* key);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_batch")]
    public static partial int LookupBatch(
        int map, void* inBatch, void* outBatch, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, EntryPoint = "bpf_link_create")]
    public static partial int CreateLink(int program, int target, int attachType, BpfLinkOptions* options);

    [LibraryImport(Library, EntryPoint = "bpf_obj_get_info_by_fd")]
    public static partial int Info(int descriptor, void* info, uint* infoBytes);

    [LibraryImport(Library, EntryPoint = "bpf_prog_test_run_opts")]
    public static partial int TestRun(int program, BpfTestRunOptions* options);
}
