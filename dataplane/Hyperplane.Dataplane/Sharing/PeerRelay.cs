using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Sends a frame to another node as it is: by its MAC address on the same subnet, else by the
/// tunnel.</summary>
internal sealed class PeerRelay(GueTunnel? tunnel)
{
    /// <summary><see cref="PacketCounter.Relayed"/>, <see cref="PacketCounter.Tunnelled"/> (the caller wraps the
    /// frame), or why it cannot be sent; the frame is untouched then.</summary>
    public PacketCounter Send(Span<byte> frame, PeerTable peers, ushort node, in FlowKey key, long nowNs)
    {
        if (peers.TryGetHop(node, out NextHop hop))
        {
            FrameRewriter.WriteEthernet(frame, hop);
            return PacketCounter.Relayed;
        }
        return tunnel is not null && peers.TryGetTunnel(node, out hop, out uint addressBe)
            ? tunnel.Address(hop, addressBe, key, frame, nowNs)
            : PacketCounter.DropNextHopUnresolved;
    }
}
