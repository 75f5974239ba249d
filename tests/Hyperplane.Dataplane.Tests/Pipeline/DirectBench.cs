using System.Net;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Tests.Packets;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>A node alone with two VIPs, whose only target group is in mode dsr, and the frames it sends.</summary>
internal sealed class DirectBench : IDisposable
{
    public const string Target4 = "10.0.0.6";
    public const string Target6 = "2001:db8:a::6";
    public const string Fabric4 = "172.16.0.3";
    public const string Fabric6 = "2001:db8:f::3";
    public const ushort Port = 80;

    private readonly MemoryFrameIo _io = new(64);
    private readonly PipelineLoop _loop;
    private readonly ModelCompiler _compiler;
    private readonly byte[] _frame = new byte[4_096];

    public DirectBench(FlowLogQueue? flowLog = null)
    {
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = 3, Start = 77, FlowCapacity = 256, HalfOpenCapacity = 256,
            Commons = new NodeCommons(Paths), FlowLog = flowLog,
        };
        Pipeline = new PacketPipeline(options, Cache, new FixedNextHops(), seed: 9, frames: _io);
        _loop = new PipelineLoop(_io, Pipeline, Time, new NoHeartbeat());
        _compiler = new ModelCompiler(Pipeline.Counters, 251);
    }

    public HandTime Time { get; } = new();

    public RecordingFlowCache Cache { get; } = new(512);

    public RecordingPathMtus Paths { get; } = new();

    public PacketPipeline Pipeline { get; }

    public ModelTables Tables { get; private set; } = ModelTables.Empty;

    public static bool IsIpv4(string address) => Frame.Address(address).IsIpv4;

    public static Frame FromClient(string client, TcpFlags flags, ushort port = 40_000, byte TimeToLive = 64) =>
        new(client, port, IsIpv4(client) ? Bench.Vip : Bench.Vip6, Port)
        {
            Flags = flags, TimeToLive = TimeToLive, Acknowledgement = flags == Syn ? 0 : 2_000u,
        };

    public static void SetDontFragment(byte[] frame)
    {
        frame[20] |= 0x40;
        FixIpChecksum(frame);
    }

    public static void FixIpChecksum(byte[] frame)
    {
        (frame[24], frame[25]) = (0, 0);
        ushort sum = InternetChecksum.Of(frame.AsSpan(14, 20));
        (frame[24], frame[25]) = ((byte)sum, (byte)(sum >> 8));
    }

    /// <summary>Where a frame's tunnel ends.</summary>
    public PacketAddress TargetOf(Frame frame) => Frame.Read(Assert.Single(Give(frame.Bytes()))).Destination;

    public void Use(TunnelModel tunnel, string target, IPNetwork[]? prefixes = null) =>
        Use(Model(tunnel, target, prefixes ?? []));

    public void Use(DataplaneModel model)
    {
        Tables = _compiler.Compile(model, Pipeline.AppliedSequence, out string? refusal)!;
        Assert.Null(refusal);
        Pipeline.Use(Tables);
    }

    public static DataplaneModel Model(TunnelModel tunnel, string target, IPNetwork[] prefixes)
    {
        // A target's id is one place's.
        uint id = Frame.Address(target).Ipv4Be;
        DataplaneModel model = Bench.DualModel();
        return model with
        {
            TunnelSources = [IPAddress.Parse(Fabric4), IPAddress.Parse(Fabric6)],
            TunnelSourcePrefixes = [.. prefixes],
            TargetGroups =
                [new TargetGroupModel(1, [Bench.Target(id, target)], TargetSelection.FiveTuple, tunnel)],
            Vips =
            [
                new VipModel(1, IPAddress.Parse(Bench.Vip),
                [
                    new ListenerModel(1, IpProtocol.Tcp, Port, 1, 350_000),
                    new ListenerModel(2, IpProtocol.Udp, 53, 1, 120_000),
                ]),
                new VipModel(2, IPAddress.Parse(Bench.Vip6), [new ListenerModel(3, IpProtocol.Tcp, Port, 1, 350_000)]),
            ],
        };
    }

    /// <summary>What is sent for a frame.</summary>
    public List<byte[]> Give(byte[] frame)
    {
        Assert.True(_io.TryInject(frame));
        _loop.RunOnce();
        var sent = new List<byte[]>();
        while (_io.TryTakeSent(_frame, out int length))
            sent.Add(_frame[..length]);
        return sent;
    }

    /// <summary>Lets time pass in steps of the sweeper.</summary>
    public void Pass(int seconds)
    {
        for (int step = 0; step < seconds * 10; step++)
        {
            Time.NowNs += 100_000_000;
            do
                _loop.RunOnce();
            while (Pipeline.IsBusy);
        }
    }

    public void Dispose() => _io.Dispose();
}
