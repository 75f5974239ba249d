using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Gives judged frames away: out or back to where their memory comes from, and counts them.</summary>
/// <param name="io">Whose frames they are.</param>
/// <param name="packets">Where they are counted.</param>
/// <param name="wrapping">What the pipeline noted of the frame that it judged last.</param>
internal sealed class FrameOutlet(IFrameIo io, PacketCounters packets, FrameWrapping wrapping)
{
    /// <summary>Ends a frame by its verdict, which is not <see cref="PacketCounter.Parked"/>.</summary>
    public void Finish(FrameSlot frame, PacketCounter verdict)
    {
        wrapping.Drops.Count(io.Bytes(frame), verdict);
        switch (verdict)
        {
            case PacketCounter.Tunnelled:
                FinishWrapped(frame, verdict, PacketCounter.DropTunnelMtu);
                break;
            case PacketCounter.Encapsulated:
                FinishWrapped(frame, verdict, PacketCounter.DropMtu);
                break;
            case PacketCounter.Translated:
                FinishTranslated(frame);
                break;
            case PacketCounter.HandedOver:
                bool isGiven = wrapping.HandOver!.TryGive(io.Bytes(frame));
                packets.Add(isGiven ? verdict : PacketCounter.DropHandOverFull);
                io.Release(frame);
                break;
            case PacketCounter.DropTunnelMtu or PacketCounter.DropMtu or PacketCounter.PathMtuLearned
                when wrapping.TooBig.TryWrite(io.Bytes(frame), out int answerBytes):
                packets.Add(verdict);
                Send(frame with { LengthBytes = answerBytes }, PacketCounter.TooBigSent);
                break;
            default:
                Leave(frame, verdict);
                break;
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

    private void FinishTranslated(FrameSlot frame)
    {
        bool isWhole = wrapping.Translator.TryFinish(io, ref frame);
        Leave(frame, isWhole ? PacketCounter.Translated : PacketCounter.DropTranslation);
        if (!wrapping.SecondPiece.TryTake(io, out FrameSlot? second))
            return;
        packets.Add(PacketCounter.Cut);
        if (second is { } piece)
            Leave(piece, PacketCounter.Translated);
        else
            packets.Add(PacketCounter.DropTransmitFull);
    }

    private void FinishWrapped(FrameSlot frame, PacketCounter verdict, PacketCounter withoutRoom)
    {
        if (!wrapping.Encapsulator.TryCut(io, ref frame, out FrameSlot? rest))
        {
            Leave(frame, withoutRoom);
            return;
        }
        Wrap(frame, verdict, withoutRoom);
        if (rest is not { } second)
            return;
        packets.Add(PacketCounter.Cut);
        Wrap(second, verdict, withoutRoom);
    }

    private void Wrap(FrameSlot frame, PacketCounter verdict, PacketCounter withoutRoom)
    {
        bool isWrapped = wrapping.Encapsulator.TryWrap(io, ref frame);
        Leave(frame, isWrapped ? verdict : withoutRoom);
    }

    private void Leave(FrameSlot frame, PacketCounter verdict)
    {
        if (verdict is PacketCounter.Forwarded or PacketCounter.Relayed or PacketCounter.Tunnelled
            or PacketCounter.Translated or PacketCounter.Encapsulated)
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
