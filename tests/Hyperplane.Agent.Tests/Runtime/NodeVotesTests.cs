using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Agent.Tests.Runtime;

public sealed class NodeVotesTests : IAsyncDisposable
{
    private readonly FakeParts _parts = new();
    private readonly ManualTime _time = new();
    private readonly NodeRuntime _runtime;

    public NodeVotesTests() => _runtime = new NodeRuntime(
        _parts, Sample.Node, Sample.Routers, new DrainTimes(), new StatusBoard(), _time, NullLogger.Instance);

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Fact]
    public async Task A_node_tells_the_others_what_its_own_checks_say()
    {
        await StartAsync(ProbeState.Healthy);
        Assert.Equal(Vote.Healthy, Own()[11]);
        await JudgeAsync(ProbeState.Unhealthy);
        Assert.Equal(Vote.Unhealthy, Own()[11]);
        Assert.Equal(Vote.None, Own()[12]);
    }

    [Fact]
    public async Task A_target_that_this_node_alone_cannot_reach_stays_healthy()
    {
        await StartAsync(ProbeState.Healthy);
        await VoteAsync(Vote.Healthy, 2, 3);
        await JudgeAsync(ProbeState.Unhealthy);
        Assert.True(IsUsed());
        TargetStatus told = Told();
        Assert.Equal((TargetHealth.Types.State.Healthy, ProbeState.Unhealthy), (told.State, told.Own));
    }

    [Fact]
    public async Task A_target_that_most_cannot_reach_is_out_here_too()
    {
        await StartAsync(ProbeState.Healthy);
        await VoteAsync(Vote.Unhealthy, 2);
        Assert.True(IsUsed()); // one of two
        await VoteAsync(Vote.Unhealthy, 3);
        Assert.False(IsUsed());
        TargetStatus told = Told();
        Assert.Equal((TargetHealth.Types.State.Unhealthy, ProbeState.Healthy), (told.State, told.Own));
        Assert.Equal("Target.FailedHealthChecks", told.Reason);
        Assert.StartsWith("most nodes that check it find it unhealthy", told.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Votes_that_went_stale_leave_a_node_to_its_own()
    {
        await StartAsync(ProbeState.Healthy);
        await VoteAsync(Vote.Unhealthy, 2, 3);
        Assert.False(IsUsed());
        _time.Advance(TimeSpan.FromMilliseconds(VoteTimes.FreshRounds * VoteTimes.IntervalMs));
        await _runtime.StepAsync();
        Assert.True(IsUsed());
    }

    [Fact]
    public async Task A_ballot_that_is_none_and_a_node_that_is_not_of_the_cell_change_nothing()
    {
        await StartAsync(ProbeState.Healthy);
        _parts.Flows.Ballots.Arrive(2, [1, 2, 3]);
        await VoteAsync(Vote.Unhealthy, 8, 9);
        Assert.True(IsUsed());
    }

    [Fact]
    public async Task A_snapshot_that_the_dataplane_refuses_takes_no_votes_away()
    {
        await StartAsync(ProbeState.Healthy);
        _parts.ModelRefusal = "too large";
        Snapshot next = Sample.Snapshot(8);
        next.TargetGroups.RemoveAt(0);
        foreach (Listener listener in next.Vips.SelectMany(vip => vip.Listeners))
            listener.TargetGroup = 2;
        Assert.NotNull(await _runtime.ApplyAsync(next, default));
        _parts.ModelRefusal = null;
        await VoteAsync(Vote.Healthy, 2);
        await JudgeAsync(ProbeState.Healthy);
        Assert.True(IsUsed());
    }

    [Fact]
    public async Task A_node_that_has_just_started_follows_the_others()
    {
        await _runtime.ApplyAsync(Sample.Snapshot(), default);
        Assert.False(IsUsed());
        await VoteAsync(Vote.Healthy, 2);
        Assert.True(IsUsed());
    }

    private async Task StartAsync(ProbeState state)
    {
        Assert.Null(await _runtime.ApplyAsync(Sample.Snapshot(), default));
        await JudgeAsync(state);
    }

    private Task JudgeAsync(ProbeState state)
    {
        _parts.Health.Judge(1, 11, state, state == ProbeState.Healthy ? "" : "Target.Timeout", "said");
        return _runtime.StepAsync();
    }

    private Task VoteAsync(Vote vote, params ushort[] nodes)
    {
        VoteTopic topic = default;
        Ballot.Read(
            _parts.Flows.Ballots.NextLeaving().Span, (t, _, _) => topic = t.TargetId == 11 ? t : topic);
        foreach (ushort node in nodes)
            _parts.Flows.Ballots.Arrive(node, Ballot.Write([topic], [vote])[0].Span);
        return _runtime.StepAsync();
    }

    private Dictionary<uint, Vote> Own()
    {
        var votes = new Dictionary<uint, Vote>();
        Assert.Null(Ballot.Read(_parts.Flows.Ballots.NextLeaving().Span, (t, vote, _) => votes[t.TargetId] = vote));
        return votes;
    }

    private bool IsUsed() => _parts.Dataplane.Model!.TargetGroups[0].Targets.Single(t => t.Id == 11).Healthy;

    private TargetStatus Told() => _runtime.Board.Current.Targets.Single(t => t.Key == new ProbeKey(1, 11));
}
