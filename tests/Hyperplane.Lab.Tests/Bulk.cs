using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Much data through a load balancer in mode nat: streams and datagrams on one port, long packets, and paths
/// that do not carry them.</summary>
public sealed class Bulk(LabFixture lab, Bulk.Service shared) : IClassFixture<Bulk.Service>
{
    private const int Echo = 7;
    private const string Client4 = "10.20.1.2";
    private const string Client6 = "fd00:20:1::2";
    private static readonly string[] Targets = ["10.30.0.101", "10.30.0.102"];

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Streams_and_datagrams_of_iperf3_pass_through_one_port_both_ways(int version)
    {
        const long StreamBytes = 200_000_000;
        const long DatagramBytes = 400_000;
        string vip = (await shared.Of(lab)).Vip("a", version);
        foreach (string[] direction in new[] { (string[])[], ["-R"] })
        {
            (long sent, long arrived) = Iperf.Run(lab.Region, vip, StreamBytes, direction);
            // A test ends with the sender's last byte; the buffers of both ends, up to 38 MB, hold some of them then.
            Assert.True(sent >= StreamBytes && arrived >= StreamBytes / 2, $"{sent} sent, {arrived} arrived");
            (sent, arrived) = Iperf.Run(
                lab.Region, vip, DatagramBytes, [.. direction, "-u", "-b", "4M", "-l", "1000"]);
            Assert.True(
                sent >= DatagramBytes && arrived >= DatagramBytes * 9 / 10, $"{sent} sent, {arrived} arrived");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Datagrams_in_fragments_are_echoed_on_the_port_of_a_TCP_service(int version)
    {
        string vip = (await shared.Of(lab)).Vip("a", version);
        Assert.Equal((60, 60), Traffic.Udp(lab.Region, vip, Echo, 20, bytes: 4_000));
        using System.Diagnostics.Process held = Traffic.Hold(lab.Region, vip, Echo, 10);
        Assert.Empty(Traffic.Release(held).GetProperty("broken").EnumerateArray());
    }

    /// <param name="version">Of the client; targets are IPv4's, whose headers are 20 bytes shorter.</param>
    /// <param name="toClientBytes">The longest packet that the client may send, as the small hop behind the load
    /// balancer has it.</param>
    /// <param name="toTargetBytes">The longest packet that the target may send, as the hop before the client has
    /// it.</param>
    [Theory]
    [InlineData(4, SmallHop.MtuBytes, SmallHop.MtuBytes)]
    [InlineData(6, SmallHop.MtuBytes + 20, SmallHop.MtuBytes - 20)]
    public async Task Paths_with_a_smaller_hop_are_found_out_through_the_load_balancer(
        int version, int toClientBytes, int toTargetBytes)
    {
        const int Bytes = 2_000_000;
        Region region = lab.Region;
        string vip = (await shared.Of(lab)).Vip("a", version);
        using (new SmallHop(region, Targets))
        {
            Traffic.Echo(region, vip, Echo, Bytes);
            Assert.Equal(toClientBytes, SmallHop.Learned(region, "client", version));
        }

        using (new SmallHop(region, Client4, Client6))
        {
            Traffic.Echo(region, vip, Echo, Bytes);
            int? learned = SmallHop.Learned(region, "target-1", 4) ?? SmallHop.Learned(region, "target-2", 4);
            Assert.Equal(toTargetBytes, learned);
        }
    }

    /// <summary>A load balancer of both families, made when a test first asks for it: one client's flows all go to one
    /// target.</summary>
    public sealed class Service : IDisposable
    {
        private Tenancy? _bulk;
        private Iperf? _iperf;

        internal async Task<Tenancy> Of(LabFixture lab)
        {
            if (_bulk is not null)
                return _bulk;
            _iperf = new Iperf(lab.Region, "target-1", "target-2");
            _bulk = Tenancy.Open(lab.Region, "bulk", "a", isDualstack: true);
            foreach ((string group, int port) in new[] { ("iperf", Iperf.Port), ("echo", Echo) })
            {
                _bulk.AddGroup(
                    group, "TCP_UDP", port, Targets, "--health-protocol", "TCP", "--health-port", $"{Echo}",
                    "--attribute", "load_balancing.algorithm.type=source_ip");
                _bulk.Listen("TCP_UDP", port, group);
            }

            foreach (string group in new[] { "iperf", "echo" })
                await _bulk.UntilHealthy(group, 3);
            return _bulk;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _bulk?.Dispose();
            _iperf?.Dispose();
        }
    }
}
