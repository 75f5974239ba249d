using Hyperplane.Dataplane.Counters;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Two whole dataplanes on two subnets: a flow goes on when its packets reach the node that does not own
/// it.</summary>
public sealed class TunnelledHostTests : IDisposable
{
    private readonly TwoSubnets? _nodes;

    public TunnelledHostTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _nodes = new TwoSubnets();
        _nodes.RouteTo(2);
        _nodes.Exchange(datagrams: 2, bytes: 100, tries: 10);
        _nodes.RouteTo(1);
        _nodes.Exchange(datagrams: 2, bytes: 100, tries: 10);
    }

    public void Dispose() => _nodes?.Dispose();

    private ulong AtRelay(PacketCounter counter) => TwoSubnets.Count(_nodes!.Relay, counter);

    private ulong AtOwner(PacketCounter counter) => TwoSubnets.Count(_nodes!.Owner, counter);

    private void ExpectAllAccountedFor()
    {
        Eventually.Holds(() => Fabric.Unaccounted(_nodes!.Relay.ReadCounters()) == 0);
        Eventually.Holds(() => Fabric.Unaccounted(_nodes!.Owner.ReadCounters()) == 0);
        Assert.Null(_nodes!.Relay.Fault);
        Assert.Null(_nodes.Owner.Fault);
    }

    [Fact]
    public void A_flow_goes_on_through_the_tunnel_in_the_programs_alone()
    {
        (ulong tunnelled, ulong punted, ulong puntedAtOwner) =
            (AtRelay(PacketCounter.Tunnelled), AtRelay(PacketCounter.Punted), AtOwner(PacketCounter.Punted));
        _nodes!.Exchange(datagrams: 200, bytes: 1_000);
        Assert.Equal(tunnelled + 200, AtRelay(PacketCounter.Tunnelled));
        Assert.Equal(punted, AtRelay(PacketCounter.Punted));
        Assert.Equal(puntedAtOwner, AtOwner(PacketCounter.Punted));
        Assert.Equal(1ul, _nodes.Owner.ReadCounters().Listeners[Fabric.UdpListener].NewFlows);
        ExpectAllAccountedFor();
    }

    [Fact]
    public void Fragments_meet_at_their_home_and_reach_the_owner_both_ways()
    {
        ulong tunnelled = AtRelay(PacketCounter.Tunnelled);
        _nodes!.Exchange(datagrams: 40, bytes: 4_000);
        // Three pieces each; those of answers come to the owner's own address and meet there.
        Assert.Equal(120ul, AtRelay(PacketCounter.Tunnelled) - tunnelled);
        Assert.Equal(0ul, AtOwner(PacketCounter.Tunnelled));
        Assert.Equal(0ul, AtRelay(PacketCounter.Cut));
        ExpectAllAccountedFor();
    }

    [Fact]
    public void Pieces_too_long_for_the_tunnel_are_cut_once_more()
    {
        _nodes!.RouteTo(1, mtuBytes: 1_600);
        _nodes.Exchange(datagrams: 20, bytes: 1_900);
        Assert.Equal(20ul, AtRelay(PacketCounter.Cut) + AtRelay(PacketCounter.DropTunnelMtu));
        Assert.Equal(0ul, AtRelay(PacketCounter.DropTunnelMtu));
        ExpectAllAccountedFor();
    }
}
