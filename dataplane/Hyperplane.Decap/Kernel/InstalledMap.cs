using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;

namespace Hyperplane.Decap.Kernel;

/// <summary>A map of a program that another process loaded.</summary>
internal sealed unsafe class InstalledMap : IDisposable
{
    // struct bpf_map_info: type, id, key size, value size, entries, flags, name.
    private const int InfoWords = 32;
    private const int KeyBytesWord = 2;
    private const int ValueBytesWord = 3;
    private const int NameWord = 6;
    private readonly uint _keyBytes;

    /// <summary>Opens it.</summary>
    public InstalledMap(uint id)
    {
        Descriptor = LibBpfHooks.OpenMap(id);
        if (Descriptor < 0)
            throw new KernelException($"opening the BPF map {id}", Descriptor, "");
        // SAFETY: on the stack, and the kernel writes at most the bytes it is told.
        uint* info = stackalloc uint[InfoWords];
        new Span<uint>(info, InfoWords).Clear();
        uint bytes = InfoWords * sizeof(uint);
        int error = LibBpf.Info(Descriptor, info, &bytes);
        if (error != 0)
            throw new KernelException($"asking about the BPF map {id}", error, "");
        _keyBytes = info[KeyBytesWord];
        ValueBytes = (int)info[ValueBytesWord];
        Name = Marshal.PtrToStringUTF8((nint)(info + NameWord)) ?? "";
    }

    /// <summary>As in the program's source, 15 characters of it.</summary>
    public string Name { get; }

    /// <summary>The kernel's handle.</summary>
    public int Descriptor { get; }

    /// <summary>Length of a value.</summary>
    public int ValueBytes { get; }

    /// <summary>Every key.</summary>
    public List<T> Keys<T>()
        where T : unmanaged
    {
        if (_keyBytes != sizeof(T))
            return [];
        var keys = new List<T>();
        T key = default;
        T next = default;
        // SAFETY: both are on the stack and as large as the map's key.
        while (LibBpfHooks.NextKey(Descriptor, keys.Count == 0 ? null : &key, &next) == 0)
        {
            keys.Add(next);
            key = next;
        }

        return keys;
    }

    /// <summary>The first value; the default when it is of another size.</summary>
    public T First<T>()
        where T : unmanaged
    {
        T value = default;
        uint key = 0;
        // SAFETY: on the stack, as large as the map's value.
        if (ValueBytes == sizeof(T))
            _ = LibBpf.Lookup(Descriptor, &key, &value);
        return value;
    }

    /// <summary>The 64-bit words of the first value, summed over the CPUs.</summary>
    public ulong[] SumPerCpu()
    {
        int words = ValueBytes / sizeof(ulong);
        ulong[] perCpu = new ulong[words * LibBpf.PossibleCpuCount()];
        uint key = 0;
        // SAFETY: the kernel writes value size × possible CPUs, which is the array's length.
        fixed (ulong* values = perCpu)
        {
            int error = LibBpf.Lookup(Descriptor, &key, values);
            if (error != 0)
                throw new KernelException($"reading the BPF map {Name}", error, "");
        }

        ulong[] sums = new ulong[words];
        for (int i = 0; i < perCpu.Length; i++)
            sums[i % words] += perCpu[i];
        return sums;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(Descriptor);
}
