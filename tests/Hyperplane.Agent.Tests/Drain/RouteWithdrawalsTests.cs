using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Model;

namespace Hyperplane.Agent.Tests.Drain;

public sealed class RouteWithdrawalsTests
{
    private static readonly IPAddress Node = IPAddress.Parse("10.10.1.11");
    private readonly RouteWithdrawals _withdrawals = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void A_route_is_shut_for_a_while_then_silent_and_comes_back_at_once()
    {
        Assert.Equal("block one two", At(0));
        Assert.Equal("block one two!", At(1, "two"));
        Assert.Equal("block one two!", At(10.9, "two"));
        Assert.Equal("block one", At(11, "two"));
        Assert.Equal("block one", At(1_000, "two"));
        Assert.Equal("block one two", At(1_001));
        Assert.Equal("block one two!", At(1_002, "two"));
    }

    [Fact]
    public void Each_has_its_own_time()
    {
        At(0);
        Assert.Equal("block one! two", At(1, "one"));
        Assert.Equal("block one! two!", At(6, "one", "two"));
        Assert.Equal("block two!", At(12, "one", "two"));
        Assert.Equal("block", At(16, "one", "two"));
    }

    [Fact]
    public void What_was_never_announced_is_not_announced_for_that()
    {
        Assert.Equal("block one", At(0, "two"));
        Assert.Equal("block one", At(5, "two"));
        Assert.Equal("block one two", At(6));
    }

    private string At(double seconds, params string[] withdrawn)
    {
        (string Name, string Prefix, RouteKind Kind)[] all =
        [
            ("block", "198.18.0.0/26", RouteKind.Block), ("one", "198.18.200.1/32", RouteKind.LoneVip),
            ("two", "198.18.200.2/32", RouteKind.LoneVip),
        ];
        ImmutableArray<NodeRoute> routes =
        [
            .. all.Select(one => new NodeRoute(IPNetwork.Parse(one.Prefix), Node, one.Kind)
            {
                IsWithdrawn = withdrawn.Contains(one.Name),
            }),
        ];
        return string.Join(' ', _withdrawals.Select(routes, TimeSpan.FromSeconds(seconds)).Select(
            route => all.Single(one => one.Prefix == route.Prefix.ToString()).Name
                + (route.GracefulShutdown ? "!" : "")));
    }
}
