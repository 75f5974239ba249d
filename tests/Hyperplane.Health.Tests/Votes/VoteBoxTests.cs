namespace Hyperplane.Health.Tests.Votes;

public sealed class VoteBoxTests
{
    private const long FreshMs = VoteTimes.FreshRounds * VoteTimes.IntervalMs;
    private static readonly VoteTopic Topic = new(1, 11, 5);
    private readonly VoteBox _box = new();

    public VoteBoxTests()
    {
        _box.SetTopics([Topic]);
        _box.SetNodes([2, 3, 4]);
    }

    [Fact]
    public void Nobody_has_voted_yet()
    {
        Assert.False(_box.Count(0));
        Assert.Equal(Vote.None, _box.Followed(Topic));
    }

    [Theory]
    [InlineData(Vote.Healthy)]
    [InlineData(Vote.Unhealthy)]
    public void Alone_a_node_follows_its_own_vote(Vote own)
    {
        _box.SetOwn(Topic, own);
        Assert.True(_box.Count(0));
        Assert.Equal(own, _box.Followed(Topic));
    }

    [Fact]
    public void One_node_takes_no_target_out_and_keeps_none_in()
    {
        Expect(Vote.Healthy, Vote.Unhealthy, Vote.Healthy, Vote.Healthy);
        Expect(Vote.Unhealthy, Vote.Healthy, Vote.Unhealthy, Vote.Unhealthy);
    }

    [Fact]
    public void Of_equally_many_votes_the_healthy_ones_win_whoever_gave_them()
    {
        Expect(Vote.Healthy, Vote.Unhealthy, Vote.Healthy);
        Expect(Vote.Healthy, Vote.Healthy, Vote.Unhealthy);
        Expect(Vote.Healthy, Vote.Healthy, Vote.Unhealthy, Vote.Unhealthy, Vote.Healthy);
    }

    [Fact]
    public void Who_does_not_know_yet_does_not_count()
    {
        Expect(Vote.Unhealthy, Vote.None, Vote.Unhealthy);
        Expect(Vote.Unhealthy, Vote.Unhealthy, Vote.None, Vote.None);
    }

    [Fact]
    public void Votes_go_stale()
    {
        Expect(Vote.Healthy, Vote.Unhealthy, Vote.Healthy, Vote.Healthy);
        _box.Count(FreshMs - 1);
        Assert.Equal(Vote.Healthy, _box.Followed(Topic));
        Assert.True(_box.Count(FreshMs));
        Assert.Equal(Vote.Unhealthy, _box.Followed(Topic));
    }

    [Fact]
    public void When_nobody_votes_the_last_verdict_stays()
    {
        Expect(Vote.Healthy, Vote.None, Vote.Healthy);
        Assert.False(_box.Count(10 * FreshMs));
        Assert.Equal(Vote.Healthy, _box.Followed(Topic));
    }

    [Fact]
    public void Votes_of_a_node_that_left_the_cell_do_not_count()
    {
        Expect(Vote.Healthy, Vote.Unhealthy, Vote.Healthy, Vote.Healthy);
        _box.SetNodes([2]);
        Put(3, Vote.Healthy);
        _box.SetOwn(Topic, Vote.Unhealthy);
        Put(2, Vote.Unhealthy);
        _box.Count(0);
        Assert.Equal(Vote.Unhealthy, _box.Followed(Topic));
    }

    [Theory]
    [InlineData(2, 11, 5)]
    [InlineData(1, 12, 5)]
    [InlineData(1, 11, 6)]
    public void Votes_on_another_target_or_another_check_do_not_count(uint group, uint target, uint hash)
    {
        _box.SetOwn(Topic, Vote.Healthy);
        foreach (ushort node in (ushort[])[2, 3])
            Assert.Null(_box.OnPage(
                node, Ballot.Write([new VoteTopic(group, target, hash)], [Vote.Unhealthy])[0].Span, 0));
        _box.Count(0);
        Assert.Equal(Vote.Healthy, _box.Followed(Topic));
    }

    [Fact]
    public void Votes_on_what_stays_survive_another_snapshot()
    {
        Expect(Vote.Healthy, Vote.Unhealthy, Vote.Healthy, Vote.Healthy);
        _box.SetTopics([new VoteTopic(1, 10, 5), Topic]);
        Assert.False(_box.Count(1));
        Assert.Equal(Vote.Healthy, _box.Followed(Topic));
        Assert.Equal(Vote.None, _box.Followed(new VoteTopic(1, 10, 5)));
    }

    private void Expect(Vote verdict, Vote own, params Vote[] others)
    {
        _box.SetOwn(Topic, own);
        for (int i = 0; i < 3; i++)
            Put((ushort)(i + 2), i < others.Length ? others[i] : Vote.None);
        _box.Count(0);
        Assert.Equal(verdict, _box.Followed(Topic));
    }

    private void Put(ushort node, Vote vote) =>
        Assert.Null(_box.OnPage(node, Ballot.Write([Topic], [vote])[0].Span, 0));
}
