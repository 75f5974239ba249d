using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Path MTUs in the XDP program's maps; a call is some system calls, about 1 µs each.</summary>
/// <param name="mtus">By address.</param>
/// <param name="narrowest">No path is known to carry less; 0 when none is known.</param>
internal sealed class BpfPathMtus(BpfMap mtus, BpfMap narrowest) : IPathMtuCache
{
    private int _count;
    private uint _narrowestBytes;

    /// <inheritdoc/>
    public bool TryInstall(in PacketAddress address, int mtuBytes)
    {
        bool isNew = mtus.Lookup(in address, out uint _) != 0;
        uint bytes = (uint)mtuBytes;
        if (mtus.Update(in address, in bytes) != 0)
            return false;
        _narrowestBytes = _count == 0 ? bytes : Math.Min(_narrowestBytes, bytes);
        _count += isNew ? 1 : 0;
        return narrowest.Update(0u, _narrowestBytes) == 0;
    }

    /// <inheritdoc/>
    public void Remove(in PacketAddress address)
    {
        if (mtus.Delete(in address) != 0 || --_count > 0)
            return;
        _narrowestBytes = 0;
        narrowest.Update(0u, _narrowestBytes);
    }
}
