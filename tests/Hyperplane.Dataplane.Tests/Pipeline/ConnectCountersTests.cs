using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class ConnectCountersTests
{
    private readonly Bench _bench = new();

    public ConnectCountersTests() => _bench.Use(Bench.Model(Bench.Target(1, "10.0.0.1")));

    [Fact]
    public void A_target_that_refuses_is_counted_with_its_clients_until_it_answers()
    {
        for (ushort port = 40_000; port < 40_003; port++)
            Refuse(new Conversation(_bench, port));
        Assert.Equal((0, 3, 1), Seen());
        Refuse(new Conversation(_bench, 40_003, "192.0.2.8"));
        Assert.Equal((0, 4, 2), Seen());
        _bench.Connect(40_004);
        Assert.Equal((1, 0, 0), Seen());
    }

    [Fact]
    public void A_target_that_does_not_answer_is_counted_when_the_time_is_over()
    {
        var tcp = new Conversation(_bench, 40_000);
        tcp.FromClient(TcpFlags.Syn);
        _bench.Pass(9);
        tcp.FromClient(TcpFlags.Syn);
        Assert.Equal((0, 0, 0), Seen());
        _bench.Pass(2);
        Assert.Equal((0, 1, 1), Seen());
    }

    [Fact]
    public void A_client_that_gives_up_or_does_not_go_on_says_nothing_of_the_target()
    {
        var gone = new Conversation(_bench, 40_000);
        gone.FromClient(TcpFlags.Syn);
        Assert.Equal(PacketCounter.Forwarded, gone.FromClient(TcpFlags.Rst));
        var silent = new Conversation(_bench, 40_001);
        silent.FromClient(TcpFlags.Syn);
        silent.FromTarget(TcpFlags.Syn | TcpFlags.Ack);
        _bench.Pass(30);
        Assert.Equal((1, 0, 0), Seen());
    }

    [Fact]
    public void A_connection_that_is_reset_later_is_no_failure()
    {
        Conversation tcp = _bench.Connect();
        tcp.FromTarget(TcpFlags.Rst | TcpFlags.Ack);
        _bench.Pass(30);
        Assert.Equal((1, 0, 0), Seen());
    }

    [Fact]
    public void What_pipelines_count_adds_up()
    {
        var one = new ConnectCounters(65_535, 65_000, 0b01);
        Assert.Equal(
            new ConnectCounters(1, 65_535, 0b11), ConnectCounters.Sum([one, new ConnectCounters(2, 1_000, 0b10)]));
        Assert.Equal(one, ConnectCounters.Of(one.Word));
        Assert.Equal(new ConnectCounters(0, 0, 0), one.WithAnswer());
        Assert.Equal(65_535, (one with { Failed = 65_535 }).WithFailure(default).Failed);
    }

    private static void Refuse(Conversation tcp)
    {
        Assert.Equal(PacketCounter.Forwarded, tcp.FromClient(TcpFlags.Syn));
        Assert.Equal(PacketCounter.Forwarded, tcp.FromTarget(TcpFlags.Rst | TcpFlags.Ack));
    }

    private (int Answered, int Failed, int Clients) Seen()
    {
        ConnectCounters seen = _bench.Pipeline.Counters.Read(_bench.Tables, null).Connects[1];
        return (seen.Answered, seen.Failed, seen.Clients);
    }
}
