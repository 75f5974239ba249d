using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Asks both ends of a connection whether they still have it: an octet they acknowledged long ago, without
/// data, as TCP's own keep-alives (RFC 9293, section 3.8.4).</summary>
/// <remarks>At most 1,000 connections a second and node. A number that is not known is guessed: an end that lives
/// answers what is out of its window, too, and one that does not resets with the very number of the question, which
/// nobody else knows.</remarks>
internal sealed class ConnectionProbe(
    FlowColumns columns, INextHops nextHops, IFrameIo io, PacketCounters packets, FrameWrapping wrapping, ulong seed)
{
    private readonly FrameOutlet _outlet = new(io, packets, wrapping);

    /// <summary>Sends both questions; false when they must wait.</summary>
    public bool TrySend(int slot, long nowNs)
    {
        if (!wrapping.Commons.Probes.TryTake(nowNs))
            return false;
        Complete(ref columns.TargetExpects[slot], columns.Reverse[slot]);
        Complete(ref columns.ClientExpects[slot], columns.Forward[slot]);
        return nextHops.TryGet(columns.NextHopToTarget[slot], out NextHop toTarget)
            && nextHops.TryGet(columns.NextHopToClient[slot], out NextHop toClient)
            && TryAsk(toTarget, columns.Reverse[slot], columns.TargetExpects[slot], columns.ClientExpects[slot])
            && TryAsk(toClient, columns.Forward[slot], columns.ClientExpects[slot], columns.TargetExpects[slot]);
    }

    /// <summary>Resets both ends, so far as they can be reached: who misses it hears of the end by its next segment. A
    /// target that answers the client itself is not told. The number of resets.</summary>
    public int Reset(int slot)
    {
        int count = 0;
        if (!columns.IsDirect(slot) && nextHops.TryGet(columns.NextHopToTarget[slot], out NextHop toTarget)
            && TryReset(toTarget, columns.Reverse[slot], columns.TargetExpects[slot]))
            count++;
        if (nextHops.TryGet(columns.NextHopToClient[slot], out NextHop toClient)
            && TryReset(toClient, columns.Forward[slot], columns.ClientExpects[slot]))
            count++;
        return count;
    }

    /// <param name="number">What an end takes next; 0 when that is not known.</param>
    /// <param name="key">Of that end's own frames.</param>
    private void Complete(ref uint number, in FlowKey key)
    {
        if (number == 0)
            number = (uint)FlowHash.Of(key, seed) | 1;
    }

    /// <param name="hop">Towards the end that is asked.</param>
    /// <param name="key">Of that end's own frames.</param>
    /// <param name="expected">What it takes next.</param>
    /// <param name="acknowledged">What the other end takes next.</param>
    private bool TryAsk(in NextHop hop, in FlowKey key, uint expected, uint acknowledged) =>
        TrySend(hop, key, TcpFlags.Ack, expected - 1, acknowledged, PacketCounter.ProbeSent);

    private bool TryReset(in NextHop hop, in FlowKey key, uint expected) =>
        TrySend(hop, key, TcpFlags.Rst, expected, 0, PacketCounter.ResetSent);

    private bool TrySend(
        in NextHop hop, in FlowKey key, TcpFlags flags, uint sequence, uint acknowledgement, PacketCounter made)
    {
        if (!io.TryTake(TcpReset.FrameBytes(key), out FrameSlot frame))
            return false;
        TcpReset.Write(io.Bytes(frame), hop, key.Opposite(), flags, sequence, acknowledgement);
        _outlet.Send(frame, made);
        return true;
    }
}
