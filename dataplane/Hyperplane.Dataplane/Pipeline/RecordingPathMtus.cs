using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Path MTUs in memory: stands for the XDP program's map in tests.</summary>
public sealed class RecordingPathMtus : IPathMtuCache
{
    private readonly Dictionary<PacketAddress, int> _mtuBytes = [];

    /// <summary>The addresses in the cache.</summary>
    public IReadOnlyCollection<PacketAddress> Addresses => _mtuBytes.Keys;

    /// <summary>The longest packet to an address: what is known, at most what the interface carries.</summary>
    public int Of(in PacketAddress address, int interfaceBytes) =>
        Math.Min(interfaceBytes, _mtuBytes.GetValueOrDefault(address, interfaceBytes));

    /// <inheritdoc/>
    public bool TryInstall(in PacketAddress address, int mtuBytes)
    {
        _mtuBytes[address] = mtuBytes;
        return true;
    }

    /// <inheritdoc/>
    public void Remove(in PacketAddress address) => _mtuBytes.Remove(address);
}
