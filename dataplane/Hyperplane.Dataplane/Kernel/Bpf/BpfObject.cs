using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>A compiled BPF object, from its bytes to a program in the kernel.</summary>
/// <remarks>Open, set sizes and settings, <see cref="Load"/>, use, dispose. Nothing is pinned: all of it ends with
/// the process.</remarks>
internal sealed unsafe class BpfObject : IDisposable
{
    private const int LogBytes = 1 << 18;
    private const int NotPermittedError = 1;

    private readonly string _name;
    private readonly byte* _log;
    private nint _object;

    private BpfObject(string name, ReadOnlySpan<byte> image)
    {
        _name = name;
        LibBpf.SetPrint(0);
        // SAFETY: libbpf keeps the log's address until the object is closed; it is freed after that.
        _log = (byte*)NativeMemory.AllocZeroed(LogBytes);
        Span<byte> nameBytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length) + 1];
        nameBytes.Clear();
        Encoding.UTF8.GetBytes(name, nameBytes);
        // SAFETY: libbpf copies image and name while it opens.
        fixed (byte* imagePointer = image)
        fixed (byte* namePointer = nameBytes)
        {
            BpfOpenOptions options = default;
            options.Bytes = (nuint)sizeof(BpfOpenOptions);
            options.ObjectName = namePointer;
            options.LogBuffer = _log;
            options.LogBytes = LogBytes;
            _object = LibBpf.OpenMemory(imagePointer, (nuint)image.Length, &options);
        }

        if (_object == 0)
        {
            KernelException failure = LibC.Failure($"opening the BPF object {name}", "It is damaged: build it again.");
            NativeMemory.Free(_log);
            throw failure;
        }
    }

    /// <summary>What the verifier said at <see cref="Load"/>; empty when it had nothing to say.</summary>
    public string VerifierLog =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(_log));

    /// <summary>Opens an object that travels inside this assembly.</summary>
    public static BpfObject OpenResource(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new KernelException($"the assembly has no resource {resource}");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return OpenMemory(image, resource.Split('.')[0]);
    }

    /// <summary>Opens an object from its ELF bytes.</summary>
    public static BpfObject OpenMemory(ReadOnlySpan<byte> image, string name)
    {
        try
        {
            return new BpfObject(name, image);
        }
        catch (DllNotFoundException missing)
        {
            throw new KernelException("libbpf.so.1 is not installed: apt-get install libbpf1", missing);
        }
    }

    /// <summary>Sizes a map; before <see cref="Load"/>.</summary>
    public void SetMaxEntries(string map, int entries)
    {
        int error = LibBpf.SetMaxEntries(Find(map), checked((uint)entries));
        if (error != 0)
            throw new KernelException($"sizing the BPF map {map}", error, "");
    }

    /// <summary>Says whether <see cref="Load"/> takes a program along; without a word it does.</summary>
    public void SetAutoload(string program, bool loads)
    {
        int error = LibBpf.SetAutoload(LibBpf.FindProgram(_object, program), loads ? (byte)1 : (byte)0);
        if (error != 0)
            throw new KernelException($"choosing the BPF program {program}", error, "");
    }

    /// <summary>Has a map of another program serve as one of this object's; before <see cref="Load"/>.</summary>
    public void ReuseMap(string map, int descriptor)
    {
        int error = LibBpf.ReuseMap(Find(map), descriptor);
        if (error != 0)
            throw new KernelException($"taking the BPF map {map} over", error, "");
    }

    /// <summary>Writes the program's one block of constants; before <see cref="Load"/>.</summary>
    public void WriteConstants<T>(in T constants)
        where T : unmanaged
    {
        nuint bytes;
        nint address = LibBpf.InitialValue(Find(".rodata"), &bytes);
        if (address == 0 || bytes < (nuint)sizeof(T))
            throw new KernelException(
                $"the constants of {_name} are {bytes} bytes, expected {sizeof(T)}: build it again.");
        // SAFETY: libbpf keeps this memory, at least as large as T, until the object is closed.
        *(T*)address = constants;
    }

    /// <summary>Makes maps and program.</summary>
    /// <exception cref="KernelException">With the verifier's log when it is the verifier that refuses.</exception>
    public void Load()
    {
        int error = LibBpf.Load(_object);
        if (error == 0)
            return;
        string log = VerifierLog;
        throw new KernelException($"loading the BPF program {_name}", error, Advice(-error, log.Length > 0))
        {
            VerifierLog = log,
        };
    }

    /// <summary>A map by its name in the source; after <see cref="Load"/>.</summary>
    public BpfMap Map(string name) => new(name, Find(name));

    /// <summary>The kernel's handle of a program; after <see cref="Load"/>.</summary>
    public int Program(string name)
    {
        nint program = LibBpf.FindProgram(_object, name);
        return program != 0
            ? LibBpf.ProgramDescriptor(program)
            : throw new KernelException($"the BPF object {_name} has no program {name}: build it again.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_object == 0)
            return;
        LibBpf.CloseObject(_object);
        _object = 0;
        NativeMemory.Free(_log);
    }

    private static string Advice(int error, bool byVerifier)
    {
        if (error == NotPermittedError)
            return "It needs root, or CAP_BPF and CAP_NET_ADMIN.";
        const string Kernel = "a kernel of 5.18 or newer with CONFIG_BPF_SYSCALL and CONFIG_XDP_SOCKETS";
        string running = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return error == LibC.NoMemoryError ? "There is not enough memory for its maps: lower the flow capacity."
            : byVerifier ? $"The verifier of this kernel, {running}, refuses it: it needs {Kernel}."
            : $"It needs {Kernel}; this is {running}.";
    }

    private nint Find(string map)
    {
        nint found = LibBpf.FindMap(_object, map);
        return found != 0
            ? found
            : throw new KernelException($"the BPF object {_name} has no map {map}: build it again.");
    }
}
