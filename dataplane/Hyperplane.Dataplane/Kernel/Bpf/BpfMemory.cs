namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The values of an array map as memory: read and written without system calls.</summary>
/// <remarks>The map must have <c>BPF_F_MMAPABLE</c>, as the sections of global variables have. Values stand back to
/// back.</remarks>
internal sealed unsafe class BpfMemory : IDisposable
{
    private readonly nuint _mappedBytes;

    public BpfMemory(BpfMap map, long bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        _mappedBytes = ((nuint)bytes + page - 1) / page * page;
        nint address = LibC.Map(0, _mappedBytes, LibC.ProtectionReadWrite, LibC.MapShared, map.Descriptor, 0);
        if (address == LibC.MapFailed)
            throw LibC.Failure($"mapping the BPF map {map.Name}");
        Address = (byte*)address;
    }

    /// <summary>The first value; null after <see cref="Dispose"/>.</summary>
    public byte* Address { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Address == null)
            return;
        _ = LibC.Unmap((nint)Address, _mappedBytes);
        Address = null;
    }
}
