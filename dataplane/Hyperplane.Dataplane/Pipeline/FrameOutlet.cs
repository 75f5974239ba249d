using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Gives judged frames away: out or back to where their memory comes from, and counts them.</summary>
internal sealed class FrameOutlet(IFrameIo io, PacketCounters packets, GueTunnel? tunnel)
{
    /// <summary>Ends a frame by its verdict, which is not <see cref="PacketCounter.Parked"/>.</summary>
    public void Finish(FrameSlot frame, PacketCounter verdict)
    {
        if (verdict == PacketCounter.Tunnelled)
        {
            FinishTunnelled(frame, tunnel!);
        }
        else if (verdict == PacketCounter.DropTunnelMtu && tunnel!.TryAnswer(io.Bytes(frame), out int answerBytes))
        {
            packets.Add(verdict);
            Send(frame with { LengthBytes = answerBytes }, PacketCounter.TooBigSent);
        }
        else
        {
            Leave(frame, verdict);
        }
    }

    /// <summary>Sends a frame that was made here.</summary>
    public void SendReset(FrameSlot frame) => Send(frame, PacketCounter.ResetSent);

    /// <summary>Sends a frame that was made here, and counts it by what it is.</summary>
    public void Send(FrameSlot frame, PacketCounter made)
    {
        packets.Add(made);
        Leave(frame, PacketCounter.Forwarded);
    }

    private void FinishTunnelled(FrameSlot frame, GueTunnel by)
    {
        if (!by.TryCut(io, ref frame, out FrameSlot? rest))
        {
            Leave(frame, PacketCounter.DropTunnelMtu);
            return;
        }
        Wrap(frame, by);
        if (rest is not { } second)
            return;
        packets.Add(PacketCounter.Cut);
        Wrap(second, by);
    }

    private void Wrap(FrameSlot frame, GueTunnel by)
    {
        bool isWrapped = by.TryClose(io, ref frame);
        Leave(frame, isWrapped ? PacketCounter.Tunnelled : PacketCounter.DropTunnelMtu);
    }

    private void Leave(FrameSlot frame, PacketCounter verdict)
    {
        if (verdict is PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Tunnelled)
        {
            if (io.Transmit(frame))
            {
                packets.Add(verdict);
                return;
            }
            verdict = PacketCounter.DropTransmitFull;
        }
        packets.Add(verdict);
        io.Release(frame);
    }
}
