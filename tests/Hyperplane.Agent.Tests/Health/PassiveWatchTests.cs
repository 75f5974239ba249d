using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Agent.Tests.Health;

public sealed class PassiveWatchTests
{
    private const uint TwoClients = 0b11;
    private readonly PassiveWatch _watch = new();
    private double _seconds;

    [Fact]
    public void Ten_failures_in_a_row_of_two_clients_tell_a_target_once()
    {
        Assert.Empty(Look(3, 0, 0));
        Assert.Empty(Look(3, 9, TwoClients));
        (ProbeKey key, string received) = Assert.Single(Look(3, 10, TwoClients));
        Assert.Equal(new ProbeKey(1, 11), key);
        Assert.Equal("10 in a row, of 2 clients or more, were refused or not answered", received);
        Assert.Empty(Look(3, 12, TwoClients));
    }

    [Fact]
    public void One_client_takes_no_target_out()
    {
        Assert.Empty(Look(3, 0, 0));
        Assert.Empty(Look(3, 5_000, 1));
    }

    [Fact]
    public void An_answer_begins_anew()
    {
        Assert.Empty(Look(3, 0, 0));
        Assert.Empty(Look(3, 9, TwoClients));
        Assert.Empty(Look(4, 9, TwoClients)); // answered and failed again between two looks
        Assert.Single(Look(4, 10, TwoClients));
    }

    [Fact]
    public void Failures_of_long_ago_do_not_count()
    {
        Assert.Empty(Look(3, 0, 0));
        Assert.Empty(Look(3, 9, TwoClients));
        _seconds += 30;
        Assert.Empty(Look(3, 10, TwoClients));
    }

    [Fact]
    public void What_failed_before_the_first_look_does_not_count() => Assert.Empty(Look(3, 100, TwoClients));

    [Fact]
    public void Groups_without_passive_checks_and_draining_targets_are_not_watched()
    {
        var connects = new Dictionary<uint, ConnectCounters> { [11] = new(0, 0, 0), [13] = new(0, 0, 0) };
        NodeModel without = Model(isWatched: false);
        NodeModel with = Model(isWatched: true);
        foreach (NodeModel model in new[] { without, with })
            Assert.Empty(_watch.Look(model, connects, TimeSpan.Zero));
        connects[11] = connects[13] = new ConnectCounters(0, 50, TwoClients);
        Assert.Empty(new PassiveWatch().Look(without, connects, TimeSpan.Zero));
        Assert.Equal([new ProbeKey(1, 11)], _watch.Look(with, connects, TimeSpan.Zero).Select(one => one.Key));
    }

    private IReadOnlyList<(ProbeKey Key, string Received)> Look(ushort answered, ushort failed, uint clients) =>
        _watch.Look(
            Model(isWatched: true),
            new Dictionary<uint, ConnectCounters> { [11] = new(answered, failed, clients) },
            TimeSpan.FromSeconds(++_seconds));

    private static NodeModel Model(bool isWatched)
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.TargetGroups[0].PassiveChecks = isWatched;
        return NodeModel.From(snapshot, Sample.Node, Sample.Routers);
    }
}
