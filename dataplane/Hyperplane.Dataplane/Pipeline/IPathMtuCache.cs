using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Where the XDP program finds which paths carry less than the interface: longer frames are the
/// pipeline's.</summary>
public interface IPathMtuCache
{
    /// <summary>What the path to an address carries, in place of what was known; false when it was not
    /// taken.</summary>
    bool TryInstall(in PacketAddress address, int mtuBytes);

    /// <summary>The path carries what the interface does again.</summary>
    void Remove(in PacketAddress address);
}
