using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows;
using Hyperplane.Flows.Calls;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Agent.Tests.Flows;

/// <summary>A real socket and virtual time, one thread.</summary>
public sealed class SiloClientTests : IDisposable
{
    private const long MillisecondNs = 1_000_000;
    private const int QueueBytes = 40_000;

    private readonly FakeSilo _silo = new();
    private readonly LogSink _log = new();
    private readonly SiloClient _client;
    private readonly FlowDirectory _directory;
    private long _nowNs = 1_000_000_000;

    public SiloClientTests()
    {
        _client = new SiloClient(
            new SiloClientOptions { Cell = "cell-ä", Socket = _silo.Path, QueueBytes = QueueBytes },
            new ReplicaLinksOptions { NodeId = 1, Start = 1 }, _log);
        var options = new FlowDirectoryOptions
        {
            NodeId = 1, Start = 1, UnixOffsetNs = 0, CellSeed = 1, NodeSeed = 1, RecordCapacity = 1_024,
            ReplicasLiveElsewhere = true,
        };
        _directory = new FlowDirectory(options, new FlowExchange(64), _client, _nowNs);
        _client.Open(_directory);
    }

    public void Dispose()
    {
        _client.Dispose();
        _silo.Dispose();
    }

    [Fact]
    public void After_a_hello_all_replicas_are_reached()
    {
        _silo.Listen();
        RunUntil(() => _silo.Greeting is not null);
        Assert.Equal("cell-ä", _silo.Greeting);
        RunFor(50);
        Assert.Equal(0, _silo.Waiting);
        _silo.SayHello();
        RunUntil(AllReachable);
        Assert.Equal(["the node's flow silo is reached"], _log.Lines);
    }

    [Fact]
    public void Without_a_silo_it_says_so_once_and_tries_again()
    {
        RunFor(1_000);
        Assert.Equal([$"the node's flow silo at {_silo.Path} is not reached: No such file or directory"], _log.Lines);
        Assert.False(_client.TrySend(ReplicaAddress.First, Put()));
        Reach();
    }

    [Fact]
    public void When_the_connection_is_lost_all_replicas_are_at_once_and_calls_under_way_have_failed()
    {
        Reach();
        for (int index = 0; index < 5; index++)
            Assert.True(_client.TrySend((ushort)(ReplicaAddress.First + index), Put()));
        Step();
        Assert.Equal(5, _silo.Waiting);
        _silo.Hang();
        Step();
        Assert.Equal(0, _client.Reachable);
        Assert.All(_directory.View.Members.ToArray(), member =>
            Assert.False(ReplicaAddress.IsReplica(member.NodeId) && member.IsAlive));
        Assert.False(_client.TrySend(ReplicaAddress.First, Put()));
        Assert.Equal(0, _client.QueuedBytes(ReplicaAddress.First));

        RunUntil(() => _silo.Greeting is not null);
        _silo.SayHello();
        RunUntil(AllReachable);
    }

    [Fact]
    public void A_call_that_fails_makes_its_replica_unreachable_alone()
    {
        Reach();
        Assert.True(_client.TrySend(ReplicaAddress.First, Put()));
        Step();
        _silo.Fail();
        Step();
        Assert.Equal(ReplicaAddress.Count - 1, _client.Reachable);
        Assert.Equal(1, _client.Failures);
    }

    [Theory]
    [InlineData("0000000001000200", "version 2 is spoken, not 1")]
    [InlineData("ffffffff00fe0100", "a frame of 4294967295 bytes, more than 98592")]
    [InlineData("0000000000fe0100", "it answers what was not asked, as replica 65024")]
    [InlineData("0000000000000100", "it answers what was not asked, as replica 0")]
    [InlineData("00000000fffd0100", "it answers what was not asked, as replica 65023")]
    public void A_silo_that_breaks_the_rules_is_lost(string bytes, string reason)
    {
        Reach();
        _silo.SendRaw(Convert.FromHexString(bytes));
        Step();
        Assert.Equal(0, _client.Reachable);
        Assert.EndsWith(reason, _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_does_not_say_hello_first_is_none()
    {
        _silo.Listen();
        RunUntil(() => _silo.Greeting is not null);
        _silo.Send(ReplicaAddress.First, new byte[AnswerHeader.Bytes]);
        Step();
        Assert.EndsWith("it does not say hello", _log.Lines.Last(), StringComparison.Ordinal);

        RunFor(200); // and it is tried again
        _silo.Hang();
        RunUntil(() => _silo.Greeting is not null);
        RunFor(3_100);
        Assert.Equal(0, _client.Reachable);
        _silo.Hang();
        RunUntil(() => _silo.Greeting is not null);
        _silo.SayHello();
        RunUntil(AllReachable);
    }

    [Fact]
    public void An_answer_that_is_cut_off_is_none()
    {
        Reach();
        Assert.True(_client.TrySend(ReplicaAddress.First, Put()));
        Step();
        _silo.SendRaw(Convert.FromHexString("1000000000fe0100" + "00000000"));
        Step();
        Assert.Equal(ReplicaAddress.Count, _client.Reachable);
        _silo.Hang();
        Step();
        Assert.Equal(0, _client.Reachable);
        Assert.EndsWith("it closed the connection", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_does_not_answer_is_lost_but_not_by_a_node_that_stood_still_itself()
    {
        Reach();
        Assert.True(_client.TrySend(ReplicaAddress.First, Put()));
        Step();
        _nowNs += 10_000 * MillisecondNs;
        Turn();
        Assert.NotEqual(0, _client.Reachable);
        Assert.Single(_log.Lines);

        for (long endNs = _nowNs + (2_900 * MillisecondNs); _nowNs < endNs; Turn())
            _nowNs += 10 * MillisecondNs;
        Assert.Single(_log.Lines);
        for (long endNs = _nowNs + (200 * MillisecondNs); _nowNs < endNs; Turn())
            _nowNs += 10 * MillisecondNs;
        Assert.EndsWith("it does not answer", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_does_not_read_is_lost_when_too_much_waits_for_it()
    {
        Reach();
        byte[] batch = new byte[BatchWriter.DefaultBytes];
        for (int i = 0; i < ReplicaAddress.Count && _client.Reachable > 0; i++)
        {
            _client.TrySend((ushort)(ReplicaAddress.First + i), batch);
            _client.Flush();
            _client.Turn(_nowNs);
        }
        Assert.Equal(0, _client.Reachable);
        Assert.EndsWith("it does not read what is sent", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused_at_once() =>
        Assert.ThrowsAny<ArgumentException>(() => new SiloClient(
            new SiloClientOptions { Cell = "a", Socket = "/" + new string('s', CallFrames.LongestSocketPath) },
            new ReplicaLinksOptions { NodeId = 1, Start = 1 }, _log));

    private static byte[] Put()
    {
        var batch = new BatchWriter();
        batch.Add(FlowOpKind.Put, 0, default(FlowRecord));
        return batch.Written.ToArray();
    }

    private void Reach()
    {
        _silo.Listen();
        RunUntil(() => _silo.Greeting is not null);
        _silo.SayHello();
        RunUntil(AllReachable);
        RunUntil(() => _silo.Waiting == 0);
    }

    private bool AllReachable()
    {
        _silo.Answer();
        return _client.Reachable == ReplicaAddress.Count;
    }

    private void RunFor(int milliseconds)
    {
        for (long endNs = _nowNs + (milliseconds * MillisecondNs); _nowNs < endNs;)
            Step();
    }

    private void RunUntil(Func<bool> holds)
    {
        for (long endNs = _nowNs + (10_000 * MillisecondNs); !holds(); Step())
            Assert.True(_nowNs < endNs, "it does not come to hold");
    }

    /// <summary>A millisecond passes; both ends read what is there.</summary>
    private void Step()
    {
        _nowNs += MillisecondNs;
        Turn();
        if (_silo.IsListening)
            _silo.Read();
    }

    private void Turn()
    {
        _client.Turn(_nowNs);
        _client.Flush();
    }
}
