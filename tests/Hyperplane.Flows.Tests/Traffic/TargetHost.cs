using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A target: a kernel with a listening socket that answers each word, and echoes datagrams.</summary>
internal sealed class TargetHost(TrafficCell world, int index)
{
    private readonly Dictionary<FlowKey, TargetConnection> _connections = [];

    public int Index => index;

    public IEnumerable<TargetConnection> Open => _connections.Values.Where(one => one.End.Phase != TcpPhase.TimeWait);

    public void Receive(Segment segment)
    {
        if (segment.IsUdp)
        {
            world.NoteDatagram(this, segment);
            ulong word = segment.Word | ((ulong)(index + 1) << 60);
            world.Fabric.FromHost(segment with { Key = segment.Back, Word = word });
            return;
        }
        bool isSyn = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
        bool isKnown = _connections.TryGetValue(segment.Key, out TargetConnection? known);
        if (isKnown && isSyn && known!.End.PeerFirst != segment.Sequence && MayReplace(known, segment))
            isKnown = false;
        if (isKnown)
            known!.End.Receive(segment);
        else if (isSyn)
            Accept(segment);
        else if (!segment.Has(TcpFlags.Rst))
            Refuse(segment);
    }

    private bool MayReplace(TargetConnection known, in Segment syn)
    {
        if (known.End.Phase == TcpPhase.TimeWait)
            return true;
        if (known.End.Phase == TcpPhase.SynReceived)
        {
            world.CollidedHalfOpen++;
            return true;
        }
        // The client's own port, which it uses again: the old connection's answer has it reset that.
        if (syn.Key.Destination.Ipv4Be == TrafficModel.VipBe && world.Client(known.ClientId).IsOver)
            return false;
        // Its reset was lost: the client hears of the old connection and resets it once more.
        if (world.Client(known.ClientId).HasAborted)
            return false;
        world.ViolateUnless(
            world.Client(known.ClientId).IsUnreplicated,
            $"target {index} has connection {known.Id} of client {known.ClientId} "
            + $"on {Describe.Key(syn.Key)}, and gets a SYN of client {TrafficModel.ConnectionOf(syn.Sequence)} there");
        return false;
    }

    private void Accept(in Segment syn)
    {
        var connection = new TargetConnection(world, world.NextTargetConnection(), syn, Forget);
        _connections[syn.Key] = connection;
        world.Log($"target {index} accepts {connection.Id} of client {connection.ClientId} on {Describe.Key(syn.Key)}");
        connection.End.Accept(syn);
    }

    private void Refuse(in Segment segment)
    {
        world.Log($"target {index} refuses a segment on {Describe.Key(segment.Key)}");
        world.Fabric.FromHost(new Segment(segment.Back, TcpFlags.Rst, segment.Acknowledgement, 0, 0, false));
    }

    private void Forget(TargetConnection connection)
    {
        if (connection.End.Phase == TcpPhase.Over)
            _connections.Remove(connection.Arrives);
    }
}
