using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Both ends of a TCP connection through a <see cref="Bench"/>, with their sequence numbers.</summary>
internal sealed class Conversation(Bench bench, ushort clientPort, string client = Bench.Client)
{
    private uint _clientNext = 5_000;
    private uint _targetNext = 90_000;

    /// <summary>What the client, and what the target, has acknowledged; null follows the other side at once.</summary>
    public uint? ClientAcknowledges { get; set; }

    public uint? TargetAcknowledges { get; set; }

    /// <summary>The target's view of the connection: its own address first.</summary>
    public FlowKey Reverse { get; private set; }

    public uint ClientNext => _clientNext;

    public uint TargetNext => _targetNext;

    public string TargetAddress => Reverse.Source.ToString();

    public ushort SnatPort => BinaryPrimitives.ReverseEndianness(Reverse.DestinationPortBe);

    public FlowKey Forward => Frame.Key(client, clientPort, Bench.Vip, 80);

    public FlowState? State
    {
        get
        {
            int slot = bench.Flows.Find(Reverse, out _);
            return slot == FlowTable.None ? null : bench.Flows.State(slot);
        }
    }

    public void Handshake()
    {
        Assert.Equal(PacketCounter.Forwarded, FromClient(TcpFlags.Syn));
        Assert.Equal(PacketCounter.Forwarded, FromTarget(TcpFlags.Syn | TcpFlags.Ack));
        Assert.Equal(PacketCounter.Forwarded, FromClient(TcpFlags.Ack));
    }

    /// <summary>A segment from the client; sequence numbers move on only when it is forwarded.</summary>
    public PacketCounter FromClient(TcpFlags flags, int payload = 0)
    {
        byte[] frame = new Frame(client, clientPort, Bench.Vip, 80)
        {
            Flags = flags,
            Sequence = _clientNext,
            Acknowledgement = (flags & TcpFlags.Ack) == TcpFlags.None ? 0 : ClientAcknowledges ?? _targetNext,
            Payload = new byte[payload],
        }.Bytes();
        PacketCounter verdict = bench.Send(frame);
        if (verdict != PacketCounter.Forwarded)
            return verdict;
        Frame.ExpectRightChecksums(frame);
        FlowKey sent = Frame.KeyOf(frame);
        Reverse = new FlowKey(
            sent.Destination, sent.Source, sent.DestinationPortBe, sent.SourcePortBe, sent.Protocol);
        _clientNext += Octets(flags, payload);
        return verdict;
    }

    /// <summary>A segment from the target, which must reach the client as if from the VIP.</summary>
    public PacketCounter FromTarget(TcpFlags flags, int payload = 0)
    {
        byte[] frame = new Frame(
            TargetAddress, BinaryPrimitives.ReverseEndianness(Reverse.SourcePortBe),
            Reverse.Destination.ToString(), SnatPort)
        {
            Flags = flags,
            Sequence = _targetNext,
            Acknowledgement = (flags & TcpFlags.Ack) == TcpFlags.None ? 0 : TargetAcknowledges ?? _clientNext,
            Payload = new byte[payload],
        }.Bytes();
        PacketCounter verdict = bench.Send(frame);
        if (verdict != PacketCounter.Forwarded)
            return verdict;
        Frame.ExpectRightChecksums(frame);
        Assert.Equal(Frame.Key(Bench.Vip, 80, client, clientPort), Frame.KeyOf(frame));
        _targetNext += Octets(flags, payload);
        return verdict;
    }

    private static uint Octets(TcpFlags flags, int payload) =>
        (uint)payload + ((flags & (TcpFlags.Syn | TcpFlags.Fin)) != TcpFlags.None ? 1u : 0u);
}
