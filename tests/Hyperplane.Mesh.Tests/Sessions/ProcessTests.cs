using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Sessions;

/// <summary>A peer that is another process.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestNode _two = new(2, change: static options => options with
    {
        UserTimeout = TimeSpan.FromSeconds(60),
    });

    private readonly NodeProcess _other;

    public ProcessTests()
    {
        _other = new NodeProcess(1, 5, _two);
        _two.Host.SetPeers([_other.AsPeer]);
        Assert.Equal(new WentUp(1, 5), _two.Next<WentUp>());
        Assert.Equal("2", _other.Next("up"));
    }

    public void Dispose()
    {
        _other.Dispose();
        _two.Dispose();
    }

    [Fact]
    public void A_killed_process_is_seen_as_closed_by_its_kernel()
    {
        _two.Send(1, 1, [1]);
        Assert.Equal([1], _two.Next<GotMessage>().Body);
        _other.Kill();
        Assert.Equal(new WentDown(1, 5, MeshDownReason.Closed), _two.Next<WentDown>());
    }

    [Fact]
    public void A_process_killed_with_much_unread_is_seen_as_closed_too()
    {
        _other.Signal("STOP");
        for (int i = 0; i < 20; i++)
            _two.Send(1, 1, new byte[250_000]);
        _two.AwaitTurn(() => _two.StatusOf(1).QueuedBytes > 0 || _two.StatusOf(1).MessagesOut == 20);
        _other.Kill();
        Assert.Equal(new WentDown(1, 5, MeshDownReason.Closed), _two.Next<WentDown>());
    }

    [Fact]
    public void A_process_that_says_goodbye_is_seen_as_gone_by_plan()
    {
        _other.Say("goodbye");
        Assert.Equal(new WentDown(1, 5, MeshDownReason.Goodbye), _two.Next<WentDown>());
    }

    [Fact]
    public void A_stopped_process_sees_its_gap_when_it_goes_on_and_the_connection_stays()
    {
        _other.Signal("STOP");
        _two.Send(1, 1, new byte[100]);
        long? sinceNs = null;
        _two.AwaitTurn(() =>
        {
            long nowNs = TimeProvider.System.GetTimestamp();
            sinceNs ??= nowNs;
            return nowNs - sinceNs > 400_000_000;
        });
        _other.Signal("CONT");
        Assert.InRange(int.Parse(_other.Next("gap"), System.Globalization.CultureInfo.InvariantCulture), 300, 30_000);
        Assert.Equal(100, _two.Next<GotMessage>().Body.Length);
    }

    [Fact]
    public void A_process_that_reads_nothing_for_the_time_limit_is_unresponsive()
    {
        using var one = new TestNode(4, change: static options => options with
        {
            UserTimeout = TimeSpan.FromMilliseconds(300),
            SendQueueBytes = 1 << 28,
        });
        using var other = new NodeProcess(3, 5, one);
        one.Host.SetPeers([other.AsPeer]);
        one.Next<WentUp>();
        other.Next("up");
        other.Signal("STOP");
        for (int i = 0; i < 100; i++)
            one.Send(3, 1, new byte[250_000]);
        Assert.Equal(new WentDown(3, 5, MeshDownReason.Unresponsive), one.Next<WentDown>());
    }
}
