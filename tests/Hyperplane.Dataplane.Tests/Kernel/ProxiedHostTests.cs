using Hyperplane.Dataplane.Counters;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Proxy protocol headers between TCPs as the kernel has them.</summary>
public sealed class ProxiedHostTests : IDisposable
{
    private readonly ProxiedFabric? _fabric;
    private readonly IDataplane? _dataplane;

    public ProxiedHostTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _fabric = new ProxiedFabric();
        _dataplane = _fabric.Fabric.Start();
        Assert.Null(_dataplane.Apply(ProxiedFabric.Model));
    }

    public void Dispose()
    {
        _dataplane?.Dispose();
        _fabric?.Dispose();
    }

    private ulong Count(PacketCounter counter) => _dataplane!.ReadCounters().Packets[(int)counter];

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void The_server_knows_the_client_whoever_speaks_first_and_all_bytes_arrive(string first)
    {
        _fabric!.Connect(connections: 20, bytes: 3_000, first);
        _fabric.Connect(connections: 2, bytes: 8_000_000, first);
        Eventually.Holds(() => Fabric.Unaccounted(_dataplane!.ReadCounters()) == 0);
        Assert.InRange(Count(PacketCounter.HeaderSent), 22ul, 30ul);
        Assert.InRange(Count(PacketCounter.Punted), 22ul * 4, Count(PacketCounter.Forwarded) / 4);
        Assert.Equal(0ul, Count(PacketCounter.ResetSent));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Losses_on_both_sides_hurt_no_byte(string first)
    {
        _fabric!.Lose(_fabric.Fabric.Target, "tcp dport 8081 numgen random mod 100 < 2");
        _fabric.Lose(_fabric.Fabric.FarClient, "tcp sport 80 numgen random mod 100 < 2");
        _fabric.Connect(connections: 20, bytes: 3_000, first);
        _fabric.Connect(connections: 2, bytes: 4_000_000, first);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_header_that_is_lost_twice_comes_a_third_time(string first)
    {
        const int HeaderPacketBytes = 20 + 32 + 28;
        _fabric!.Lose(
            _fabric.Fabric.Target, $"tcp dport 8081 meta length {HeaderPacketBytes} quota until 200 bytes");
        _fabric.Connect(connections: 1, bytes: 100_000, first);
        Assert.InRange(Count(PacketCounter.HeaderSent), 3ul, 4ul);
    }

    [Fact]
    public void Nginx_answers_and_logs_the_clients_address()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/nginx"), "needs nginx (infra/setup)");
        _fabric!.StartNginx();
        (string client, string answer, string log) = _fabric.Browse();
        Assert.StartsWith("10.9.0.2 ", client, StringComparison.Ordinal);
        Assert.Equal((client, client), (answer, log));
    }

    [Fact]
    public void Syn_cookies_know_the_header()
    {
        _fabric!.Fabric.Target.Run("sysctl", "-qw", "net.ipv4.tcp_syncookies=2");
        _fabric.Connect(connections: 5, bytes: 10_000, "server");
        _fabric.Connect(connections: 5, bytes: 10_000, "client");
    }
}
