using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>A connection as a target sees it; answers requests, which must all be of one client.</summary>
internal sealed class TargetConnection
{
    /// <summary>A handshake of which nobody heard again is given up: its flow lost its key to another one.</summary>
    private const long HandshakeNs = 6_000_000_000;

    private readonly TrafficCell _world;
    private bool _wantsHeader;

    public TargetConnection(TrafficCell world, uint id, in Segment syn, Action<TargetConnection> forget)
    {
        _world = world;
        Id = id;
        Arrives = syn.Key;
        ClientId = TrafficModel.ConnectionOf(syn.Sequence);
        _wantsHeader = AddressBytes.Be(syn.Key.DestinationPortBe) == TrafficModel.ProxiedTargetPort;
        FirstSequence = (id << 16) ^ 0x4000_0000;
        End = new TcpEnd(world.Cell, syn.Back, FirstSequence, segment => world.Fabric.FromHost(segment))
        {
            Received = Receive,
            Named = BeTold,
            PeerCloses = () => End!.Close(),
            WasReset = BeReset,
            Repeats = Repeat,
            Contradicts = (segment, what) => world.ViolateUnless(
                world.Client(TrafficModel.ConnectionOf(segment.Sequence))
                    is { IsUnreplicated: true } or { BeganInCut: true },
                $"{this} hears a client that {what}"),
            Ended = () => forget(this),
        };
    }

    public uint Id { get; }

    /// <summary>From the first sequence number of the SYN.</summary>
    public uint ClientId { get; }

    /// <summary>Tells this connection to its client.</summary>
    public uint FirstSequence { get; }

    /// <summary>The key of what arrives.</summary>
    public FlowKey Arrives { get; }

    public TcpEnd End { get; }

    public override string ToString() => $"target connection {Id} of client {ClientId} ({Describe.Key(Arrives)})";

    private void BeTold(FlowKey client)
    {
        if (!_wantsHeader || client != _world.Client(ClientId).End.Key)
            _world.Violate($"{this} is told of client {Describe.Key(client)}");
        _wantsHeader = false;
    }

    private void Receive(ulong word)
    {
        if (_wantsHeader)
            _world.Violate($"{this} gets data before a header");
        if (word >> 32 != ClientId)
            _world.Violate($"{this} gets data of client {word >> 32}");
        End.Send(((ulong)Id << 32) | (uint)word);
        if (((uint)word & ClientConnection.LastBit) != 0)
            End.Close();
    }

    private void Repeat()
    {
        bool isOfLoser = End.Phase == TcpPhase.SynReceived && _world.Client(ClientId).End.PeerFirst != FirstSequence;
        if (!isOfLoser)
            _world.NoteRepeat(End, ToString());
        else if (_world.Cell.NowNs - End.FirstSentNs > HandshakeNs)
            End.Abort();
    }

    private void BeReset()
    {
        ClientConnection client = _world.Client(ClientId);
        bool isOver = client.IsOver || (End.PeerClosed && End.HasDelivered);
        bool isOthers = client.End.PeerFirst != FirstSequence;
        _world.Log($"{this} is reset");
        if (!isOver && !isOthers && client.IsConnected && !client.IsUnreplicated)
            _world.Violate($"{this} is reset while its client goes on");
    }
}
