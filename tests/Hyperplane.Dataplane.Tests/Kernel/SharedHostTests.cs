using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A whole dataplane with a flow directory's end in the test's hands, between real clients and a real
/// server.</summary>
public sealed class SharedHostTests : IDisposable
{
    private const ushort NearNode = 7;
    private const ulong NearStart = 42;

    private readonly Fabric? _fabric;
    private readonly FlowExchange _exchange = new();
    private readonly AutoResetEvent _asked = new(false);
    private readonly Thread _directory;
    private volatile bool _ending;
    private volatile bool _relays;

    public SharedHostTests()
    {
        _exchange.RequestsWaiting = () => _asked.Set();
        _directory = new Thread(Answer) { IsBackground = true };
        _directory.Start();
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _fabric = new Fabric();
    }

    public void Dispose()
    {
        _ending = true;
        _asked.Set();
        _directory.Join();
        _asked.Dispose();
        _fabric?.Dispose();
    }

    [Fact]
    public void Connections_and_datagrams_pass_with_the_directorys_word()
    {
        using IDataplane dataplane = _fabric!.Start(Fabric.Options with { Exchange = _exchange, Start = 1 });
        Assert.Null(dataplane.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, connections: 30, bytes: 50_000);
        Fabric.Exchange(_fabric.FarClient, datagrams: 50, bytes: 500);
        Assert.Null(dataplane.Fault);
        Assert.True(dataplane.IsFresh(TimeProvider.System.GetTimestamp(), 10_000_000_000));
        Assert.False(dataplane.IsFresh(TimeProvider.System.GetTimestamp() + 10_000_000_000, 1_000_000_000));
        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
        IReadOnlyList<ulong> packets = dataplane.ReadCounters().Packets;
        Assert.True(packets[(int)PacketCounter.Parked] >= 1);
        Assert.Equal(packets[(int)PacketCounter.Parked], packets[(int)PacketCounter.Released]);
        Assert.Equal(30UL, dataplane.ReadCounters().Listeners[Fabric.TcpListener].NewFlows);
    }

    [Fact]
    public void The_pipeline_thread_runs_in_real_time_when_it_is_told_to()
    {
        using IDataplane dataplane = _fabric!.Start(Fabric.Options with { Exchange = _exchange, RealTimePriority = 7 });
        Assert.Null(dataplane.Apply(Fabric.Model));
        Eventually.Holds(() => RealTimePriorities().Contains(7));
        Assert.True(dataplane.IsAlive);
    }

    /// <summary>Of this process's threads (proc(5): field 40 of stat).</summary>
    private static IEnumerable<int> RealTimePriorities()
    {
        foreach (string task in System.IO.Directory.GetDirectories("/proc/self/task"))
        {
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(task, "stat"));
            }
            catch (IOException)
            {
                continue; // A thread that ended meanwhile.
            }
            string[] behindName = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            yield return int.Parse(behindName[37], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void Frames_of_a_neighbours_flow_reach_it_unchanged_by_pipeline_and_program_until_it_dies()
    {
        using IDataplane dataplane = _fabric!.Start(Fabric.Options with { Exchange = _exchange, Start = 1 });
        Assert.Null(dataplane.Apply(Fabric.Model));
        _relays = true;
        var neighbour = new PeerNode(NearNode, IPAddress.Parse("10.0.0.2"), NearStart, true);
        dataplane.UsePeers([neighbour]);
        using RawSocket near = NamespaceThread.Run(_fabric.NearClient, () => new RawSocket("eth0"));
        using RawSocket far = NamespaceThread.Run(_fabric.FarClient, () => new RawSocket("eth0"));
        byte[] frame = ToRouter(TestFrame.Tcp("10.9.0.2", 40_000, Fabric.Vip, 80, payloadBytes: 33));
        ulong Relayed() => dataplane.ReadCounters().Packets[(int)PacketCounter.Relayed];

        // The neighbour's MAC address is resolved meanwhile; then the program relays what the pipeline relayed first.
        ulong sent = 0;
        Eventually.Holds(() =>
        {
            far.Send(frame);
            sent++;
            return Relayed() >= 3;
        });
        Eventually.Holds(() =>
        {
            DataplaneCounters counters = dataplane.ReadCounters();
            ulong seen = counters.Packets[(int)PacketCounter.Received] - counters.Packets[(int)PacketCounter.Passed];
            return seen == sent && Fabric.Unaccounted(counters) == 0;
        });
        byte[]? arrived = near.Receive(bytes => bytes.Length == frame.Length && bytes[23] == 6);
        Assert.NotNull(arrived);
        Assert.Equal(frame[26..], arrived[26..]);
        ulong punted = dataplane.ReadCounters().Packets[(int)PacketCounter.Punted];
        ulong relayed = Relayed();
        far.Send(frame);
        Eventually.Holds(() => Relayed() == relayed + 1);
        Assert.Equal(punted, dataplane.ReadCounters().Packets[(int)PacketCounter.Punted]);

        dataplane.UsePeers([neighbour with { IsAlive = false }]);
        far.Send(frame);
        Eventually.Holds(() =>
            dataplane.ReadCounters().Packets[(int)PacketCounter.DropDirectoryUnavailable] > 0);
        Assert.Equal(relayed + 1, Relayed());
        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
    }

    /// <summary>A frame with the router's MAC address, as the far client sends it.</summary>
    private byte[] ToRouter(byte[] frame)
    {
        string link = _fabric!.Router.Ip("-o link show dev far");
        string mac = link[(link.IndexOf("link/ether ", StringComparison.Ordinal) + 11)..][..17];
        Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal)).CopyTo(frame, 0);
        return frame;
    }

    /// <summary>Every insert wins; look-ups find nobody, or the neighbour.</summary>
    private void Answer()
    {
        while (!_ending)
        {
            _asked.WaitOne();
            while (_exchange.Requests.TryRead(out FlowRequest request))
            {
                FlowAnswer answer = new() { Key = request.Key, Record = request.Record };
                if (request.Kind == FlowRequestKind.Insert)
                    answer.Record.Epoch = 1;
                else if (request.Kind is not (FlowRequestKind.LookUp or FlowRequestKind.LookUpQuickly))
                    continue;
                else
                    answer.Kind = _relays ? FlowAnswerKind.Relay : FlowAnswerKind.Absent;
                if (answer.Kind == FlowAnswerKind.Relay)
                    (answer.Record.OwnerNode, answer.Record.OwnerStart) = (NearNode, NearStart);
                Assert.True(_exchange.Answers.TryWrite(answer));
            }
            _exchange.AnswersWaiting();
        }
    }
}
