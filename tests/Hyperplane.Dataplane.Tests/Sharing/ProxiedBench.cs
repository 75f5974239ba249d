using System.Collections.Immutable;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>A connection whose target wants a header, opened step by step.</summary>
internal sealed class ProxiedBench : IDisposable
{
    public const ushort Port = 40_000;
    public const uint TargetFirst = 90_001;

    private readonly string _client;
    private byte[] _syn = [];

    public ProxiedBench(uint sequence = 5_000, string client = Bench.Client)
    {
        (_client, First) = (client, sequence + 1);
        HeaderBytes = client.Contains(':', StringComparison.Ordinal) ? 52u : 28u;
        Node.Use(Model());
    }

    public SharedBench Node { get; } = new();

    /// <summary>The client's first octet.</summary>
    public uint First { get; }

    public uint HeaderBytes { get; }

    public uint HeaderFirst => First - HeaderBytes;

    public FlowKey Forward => Frame.Key(_client, Port, _client == Bench.Client ? Bench.Vip : Bench.Vip6, 80);

    public FlowState? State => Node.State(Forward);

    public FlowRecord Record { get; private set; }

    /// <summary>All groups of <see cref="Bench.DualModel"/> with the proxy protocol.</summary>
    public static DataplaneModel Model()
    {
        DataplaneModel model = Bench.DualModel();
        ImmutableArray<TargetGroupModel> groups =
            [.. model.TargetGroups.Select(group => group with { ProxyProtocol = true })];
        return model with { TargetGroups = groups };
    }

    public Frame Client(TcpFlags flags, uint sequence, uint acknowledgement = TargetFirst) =>
        new(_client, Port, _client == Bench.Client ? Bench.Vip : Bench.Vip6, 80)
        {
            Flags = flags, Sequence = sequence, Acknowledgement = (flags & Ack) == None ? 0 : acknowledgement,
            Window = 512,
        };

    public Frame Target(TcpFlags flags, uint acknowledgement, uint sequence = TargetFirst) =>
        SharedBench.Reply(_syn, flags, sequence, acknowledgement) with { Window = 1_000 };

    /// <summary>The SYN, which wins; as it left.</summary>
    public Sent Open(Frame? syn = null)
    {
        _syn = Assert.Single(Node.Give(syn ?? Client(Syn, First - 1)));
        Record = Node.Request(FlowRequestKind.Insert).Record;
        Node.Answer(FlowAnswerKind.Won, Record with { Epoch = 1 });
        return Sent.Of(_syn);
    }

    /// <summary>The SYN-ACK; as it left.</summary>
    public Sent Accept(Frame? synAck = null) =>
        Give(synAck ?? Target(Syn | Ack, HeaderFirst, TargetFirst - 1));

    /// <summary>Opens up to the header, which comes back.</summary>
    public Sent Begin()
    {
        Open();
        Accept();
        return Give(Client(Ack, First));
    }

    /// <summary>Opens, and the target acknowledges the header.</summary>
    public void Establish()
    {
        Begin();
        Give(Target(Ack, First));
        Assert.Equal(FlowState.Established, State);
    }

    /// <summary>One frame in, one out.</summary>
    public Sent Give(Frame frame) => Sent.Of(Assert.Single(Node.Give(frame)));

    public List<Sent> GiveAll(Frame frame) => [.. Node.Give(frame).Select(Sent.Of)];

    public void Dispose()
    {
        Node.ExpectTrueCounts();
        Node.Dispose();
    }

    /// <summary>A segment as it left; its checksums are right.</summary>
    internal sealed record Sent(
        FlowKey Key, TcpFlags Flags, uint Sequence, uint Acknowledgement, ushort Window, string Options, string Payload)
    {
        public static Sent Of(byte[] frame)
        {
            Frame.ExpectRightChecksums(frame);
            IpView ip = Frame.Read(frame);
            Assert.Equal(ParseVerdict.Ok, TcpView.TryRead(ip.Payload, out TcpView tcp));
            int headerBytes = (ip.Payload[12] >> 4) * 4;
            return new Sent(
                Frame.KeyOf(frame), tcp.Flags, tcp.Sequence, tcp.Acknowledgement,
                (ushort)((ip.Payload[14] << 8) | ip.Payload[15]), Convert.ToHexString(ip.Payload[20..headerBytes]),
                Convert.ToHexString(ip.Payload[headerBytes..]));
        }
    }
}
