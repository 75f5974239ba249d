using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;

namespace Hyperplane.Decap.Kernel;

/// <summary>A program that is attached somewhere, found by its id.</summary>
internal sealed unsafe class InstalledProgram : IDisposable
{
    /// <summary>What the names of our programs begin with.</summary>
    public const string OurPrefix = "hpdecap_";

    // struct bpf_prog_info, in bytes.
    private const int InfoBytes = 256;
    private const int MapCountAt = 52;
    private const int MapIdsAt = 56;
    private const int NameAt = 64;
    private const int MaxMaps = 16;
    private readonly List<InstalledMap> _maps = [];

    /// <summary>Opens it.</summary>
    public InstalledProgram(uint id)
    {
        Id = id;
        Descriptor = LibBpfHooks.OpenProgram(id);
        if (Descriptor < 0)
            throw new KernelException($"opening the BPF program {id}", Descriptor, "");
        byte* info = stackalloc byte[InfoBytes];
        uint* maps = stackalloc uint[MaxMaps];
        new Span<byte>(info, InfoBytes).Clear();
        // SAFETY: both blocks are on the stack; the kernel writes at most the bytes and ids it is told.
        *(uint*)(info + MapCountAt) = MaxMaps;
        *(ulong*)(info + MapIdsAt) = (ulong)maps;
        uint bytes = InfoBytes;
        int error = LibBpf.Info(Descriptor, info, &bytes);
        if (error != 0)
            throw new KernelException($"asking about the BPF program {id}", error, "");
        Name = Marshal.PtrToStringUTF8((nint)(info + NameAt)) ?? "";
        if (!IsOurs)
            return;
        for (int i = 0; i < Math.Min(*(uint*)(info + MapCountAt), MaxMaps); i++)
            _maps.Add(new InstalledMap(maps[i]));
    }

    /// <summary>The kernel's number.</summary>
    public uint Id { get; }

    /// <summary>The kernel's handle.</summary>
    public int Descriptor { get; }

    /// <summary>As in its source, 15 characters of it.</summary>
    public string Name { get; }

    /// <summary>True of a decapsulator, of any version of this command.</summary>
    public bool IsOurs => Name.StartsWith(OurPrefix, StringComparison.Ordinal);

    /// <summary>One of its maps by the name's end; null when it has none such. Only of ours.</summary>
    public InstalledMap? Map(string name) =>
        _maps.Find(map => map.Name.EndsWith(name, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (InstalledMap map in _maps)
            map.Dispose();
        _ = LibC.Close(Descriptor);
    }
}
