using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Routing;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Bgp;

namespace Hyperplane.Agent.Tests.Drain;

public sealed class DrainSequenceTests
{
    private readonly DrainSequence _drain = new(new DrainTimes());
    private ulong _packets = 1_000;

    [Fact]
    public void A_quiet_node_leaves_step_by_step()
    {
        Assert.Equal(DrainPhase.Shutting, At(0));
        Assert.Equal(DrainPhase.Shutting, At(999));
        Assert.Equal(DrainPhase.VipsWithdrawn, At(1_000));
        Assert.Equal(DrainPhase.VipsWithdrawn, At(1_999));
        Assert.Equal(DrainPhase.SnatWithdrawn, At(2_000));
        Assert.Equal(DrainPhase.SnatWithdrawn, At(2_499));
        Assert.Equal(DrainPhase.Drained, At(2_500));
        Assert.Equal(DrainPhase.Drained, At(1_000_000));
    }

    [Fact]
    public void Forward_packets_keep_the_vips_announced()
    {
        At(0);
        for (int ms = 100; ms <= 5_000; ms += 100)
            Assert.Equal(DrainPhase.Shutting, At(ms, newPackets: 1));
        Assert.Equal(DrainPhase.Shutting, At(5_999));
        Assert.Equal(DrainPhase.VipsWithdrawn, At(6_000));
    }

    [Fact]
    public void After_ten_seconds_the_vips_are_withdrawn_whatever_still_comes()
    {
        At(0);
        for (int ms = 100; ms < 10_000; ms += 100)
            Assert.Equal(DrainPhase.Shutting, At(ms, newPackets: 50));
        Assert.Equal(DrainPhase.VipsWithdrawn, At(10_000, newPackets: 50));
    }

    [Fact]
    public void Without_a_router_that_listens_there_is_nothing_to_wait_for()
    {
        _drain.Advance(wanted: true, announcing: false, 0, TimeSpan.Zero);
        Assert.Equal(DrainPhase.Drained, _drain.Phase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_500)]
    [InlineData(2_200)]
    [InlineData(9_000)]
    public void Taking_it_back_announces_everything_at_once(int afterMs)
    {
        for (int ms = 0; ms <= afterMs; ms += 100)
            At(ms);
        _drain.Advance(wanted: false, announcing: true, _packets, TimeSpan.FromMilliseconds(afterMs + 1));
        Assert.Equal(DrainPhase.Serving, _drain.Phase);
        Assert.Equal(Routes(), _drain.Select(Routes()));
    }

    [Fact]
    public void First_the_vips_carry_gshut_then_they_and_the_covering_prefix_go_then_snat_and_the_probe_stays()
    {
        At(0);
        Assert.Equal(["Probe", "Snat", "Snat", "SnatCovering", "Block!", "LoneVip!"], Selected());
        At(1_000);
        Assert.Equal(["Probe", "Snat", "Snat"], Selected());
        At(2_000);
        Assert.Equal(["Probe"], Selected());
        At(2_500);
        Assert.Equal(["Probe"], Selected());
    }

    [Fact]
    public void A_route_with_gshut_carries_the_well_known_community_and_the_least_preference()
    {
        NodeRoute route = Routes()[4];
        Assert.Empty(BgpRouteSpeaker.ToBgp(route).Communities);
        BgpRoute leaving = BgpRouteSpeaker.ToBgp(route with { GracefulShutdown = true });
        Assert.Equal(["65535:0"], leaving.Communities.Select(c => c.ToString()));
        Assert.Equal(0U, leaving.LocalPref);
        Assert.Equal((route.Prefix, route.NextHop), (leaving.Prefix, leaving.NextHop));
    }

    private static System.Collections.Immutable.ImmutableArray<NodeRoute> Routes() =>
        NodeModel.From(Sample.Snapshot(), Sample.Node, Sample.Routers).Routes;

    private IEnumerable<string> Selected() => _drain.Select(Routes())
        .Select(r => r.Kind + (r.GracefulShutdown ? "!" : ""));

    private DrainPhase At(int ms, uint newPackets = 0)
    {
        _packets += newPackets;
        _drain.Advance(wanted: true, announcing: true, _packets, TimeSpan.FromMilliseconds(ms));
        return _drain.Phase;
    }
}
