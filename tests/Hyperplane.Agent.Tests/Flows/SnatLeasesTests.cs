using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Tests.Fakes;

namespace Hyperplane.Agent.Tests.Flows;

public sealed class SnatLeasesTests : IDisposable
{
    private static readonly ImmutableArray<IPAddress> Four = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")];
    private static readonly ImmutableArray<IPAddress> Both =
        [.. Four, IPAddress.Parse("fd00::1"), IPAddress.Parse("fd00::2")];

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_lease_has_one_address_of_each_family_and_the_same_ports_of_both()
    {
        SnatLease lease = Leases().Take(Both, out bool wasResting);
        Assert.True(wasResting);
        Assert.Equal(["10.0.0.1", "fd00::1"], lease.Addresses.Select(a => a.ToString()));
        Assert.True(lease.Serves(Both));
        Assert.False(lease.Serves(Four));
    }

    [Fact]
    public void Starts_one_after_the_other_take_other_addresses_and_what_was_used_is_not_announced()
    {
        SnatLease first = Leases().Take(Both, out _);
        SnatLeases leases = Leases();
        SnatLease second = leases.Take(Both, out _);
        Assert.Empty(first.Addresses.Intersect(second.Addresses));
        Assert.All(first.Addresses, address => Assert.True(leases.IsQuarantined(address)));
        Assert.All(second.Addresses, address => Assert.False(leases.IsQuarantined(address)));
        _time.Advance(SnatLeases.Quarantine);
        Assert.All(Both, address => Assert.False(leases.IsQuarantined(address)));
    }

    [Fact]
    public void A_node_that_gets_ipv6_takes_another_lease_than_the_one_it_had()
    {
        SnatLease before = Leases().Take(Four, out _);
        Assert.False(before.Serves(Both));
        SnatLease after = Leases().Take(Both, out bool wasResting);
        Assert.True(wasResting);
        Assert.NotEqual(before.Addresses[0], after.Addresses[0]);
    }

    [Fact]
    public void Every_start_of_a_row_gets_resting_ports_until_none_is_left()
    {
        var seen = new HashSet<(IPAddress, int)>();
        for (int start = 0; start < 6; start++)
        {
            SnatLease lease = Leases().Take(Both, out bool wasResting);
            Assert.True(wasResting);
            Assert.All(lease.Addresses, address => Assert.True(seen.Add((address, lease.FirstPort))));
        }

        Leases().Take(Both, out bool isResting);
        Assert.False(isResting);
    }

    private SnatLeases Leases() => new(_directory.Path, _time);
}
