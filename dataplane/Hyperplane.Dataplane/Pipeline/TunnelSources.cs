using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The source addresses of tunnels to targets.</summary>
/// <remarks>Encapsulations without ports have only their addresses by which routers could spread flows: inside a prefix
/// that the cell owns, the source varies with the flow.</remarks>
internal sealed class TunnelSources
{
    private readonly PacketAddress[] _own = new PacketAddress[2];
    private readonly (PacketAddress Base, PacketAddress HostBits)?[] _prefixes =
        new (PacketAddress, PacketAddress)?[2];

    /// <param name="own">This node's, at most one a family.</param>
    /// <param name="prefixes">The cell's, at most one a family.</param>
    public TunnelSources(IEnumerable<IPAddress> own, IEnumerable<IPNetwork> prefixes)
    {
        foreach (PacketAddress address in own.Select(PacketAddress.Of))
            _own[Place(address.IsIpv4)] = address;
        foreach (IPNetwork prefix in prefixes)
        {
            PacketAddress address = PacketAddress.Of(prefix.BaseAddress);
            _prefixes[Place(address.IsIpv4)] = (address, HostBits(prefix, address.IsIpv4));
        }
    }

    /// <summary>The source of a flow's tunnel; <see cref="PacketAddress.IsNone"/> when there is none in that
    /// family.</summary>
    /// <param name="kind">The encapsulation.</param>
    /// <param name="isIpv4">The target's family.</param>
    /// <param name="flow">What the flow has in the place of a port.</param>
    public PacketAddress Of(TunnelKind kind, bool isIpv4, ushort flow)
    {
        if (kind is TunnelKind.Gue or TunnelKind.Vxlan || _prefixes[Place(isIpv4)] is not { } prefix)
            return _own[Place(isIpv4)];
        ulong bits = FlowHash.Of(flow, 0);
        return new PacketAddress(prefix.Base.First, prefix.Base.Last | (bits & prefix.HostBits.Last));
    }

    /// <summary>Whether tunnels of this node, or of its cell, may have an address as their source.</summary>
    public bool Contains(in PacketAddress address) =>
        IsOwn(address) || (_prefixes[Place(address.IsIpv4)] is { } prefix
            && address.First == prefix.Base.First && (address.Last & ~prefix.HostBits.Last) == prefix.Base.Last);

    /// <summary>Whether an address is this node's alone.</summary>
    public bool IsOwn(in PacketAddress address) => _own[Place(address.IsIpv4)] == address;

    private static int Place(bool isIpv4) => isIpv4 ? 0 : 1;

    private static PacketAddress HostBits(IPNetwork prefix, bool isIpv4)
    {
        Span<byte> bits = stackalloc byte[16];
        int first = prefix.PrefixLength + (isIpv4 ? 96 : 0);
        for (int bit = first; bit < 128; bit++)
            bits[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return MemoryMarshal.Read<PacketAddress>(bits);
    }
}
