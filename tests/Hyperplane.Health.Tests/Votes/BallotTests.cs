namespace Hyperplane.Health.Tests.Votes;

public sealed class BallotTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var random = new Random(3);
        VoteTopic[] topics =
        [
            .. Enumerable.Range(0, 5_000).Select(i => new VoteTopic((uint)(i / 1_700), (uint)(i * 7), 9)),
        ];
        Vote[] votes = [.. topics.Select(_ => (Vote)random.Next(3))];
        var read = new List<(VoteTopic, Vote)>();
        IReadOnlyList<ReadOnlyMemory<byte>> pages = Ballot.Write(topics, votes);
        Assert.All(pages, page => Assert.Null(Ballot.Read(page.Span, (topic, vote, of) =>
        {
            Assert.Equal(pages.Count, of);
            read.Add((topic, vote));
        })));
        Assert.Equal(topics.Zip(votes), read);
    }

    [Fact]
    public void A_page_has_its_form()
    {
        VoteTopic[] topics = [new(1, 2, 3), new(1, 4, 3), new(5, 6, 7)];
        Assert.Equal(
            "0100" + "0000" + "0100" + "0200"
            + "01000000" + "03000000" + "0200" + "02000000" + "04000000" + "09"
            + "05000000" + "07000000" + "0100" + "06000000" + "00",
            Convert.ToHexString(Ballot.Write(topics, [Vote.Healthy, Vote.Unhealthy, Vote.None])[0].Span));
    }

    [Fact]
    public void A_ballot_is_as_long_whatever_its_votes_are()
    {
        VoteTopic[] topics = [.. Enumerable.Range(0, 10_000).Select(i => new VoteTopic((uint)(i / 10), (uint)i, 1))];
        Vote[] votes = new Vote[topics.Length];
        long quiet = Ballot.Write(topics, votes).Sum(page => (long)page.Length);
        Array.Fill(votes, Vote.Unhealthy);
        Assert.Equal(quiet, Ballot.Write(topics, votes).Sum(page => (long)page.Length));
        Assert.All(Ballot.Write(topics, votes), page => Assert.InRange(page.Length, 8, Ballot.PageBytes));
    }

    [Fact]
    public void A_ballot_of_too_many_targets_ends_with_its_last_page()
    {
        VoteTopic[] topics = [.. Enumerable.Range(0, 300_000).Select(i => new VoteTopic((uint)i, 1, 1))];
        IReadOnlyList<ReadOnlyMemory<byte>> pages = Ballot.Write(topics, new Vote[topics.Length]);
        Assert.Equal(Ballot.MaxPages, pages.Count);
        Assert.All(pages, page => Assert.Null(Ballot.Read(page.Span, (_, _, _) => { })));
    }

    [Fact]
    public void No_topics_are_one_empty_page() =>
        Assert.Equal("0100000001000000", Convert.ToHexString(Ballot.Write([], [])[0].Span));

    [Theory]
    [InlineData("", "a ballot of 0 bytes")]
    [InlineData("0200000001000000", "a ballot of version 2.0")]
    [InlineData("0100010001000000", "page 1 of 1 of a ballot")]
    [InlineData("0100000041000000", "page 0 of 65 of a ballot")]
    [InlineData("0100000001000100", "a ballot that ends in a block")]
    [InlineData("01000000010000000A", "a ballot with 1 bytes after its blocks")]
    [InlineData("0100000001000100" + "0100000001000000" + "0000", "a ballot with a block of 0 targets")]
    [InlineData("0100000001000100" + "0100000001000000" + "0200" + "01000000", "a ballot with a block of 2 targets")]
    [InlineData("0100000001000100" + "0100000001000000" + "0100" + "01000000" + "03",
        "a ballot with a vote that does not exist")]
    public void What_is_no_ballot_is_refused_with_a_reason(string hex, string reason) =>
        Assert.Equal(reason, Ballot.Read(Convert.FromHexString(hex), (_, _, _) => { }));

    [Fact]
    public void Any_bytes_end_in_a_verdict()
    {
        var random = new Random(11);
        byte[] good = Ballot.Write([new(1, 2, 3), new(1, 4, 3)], [Vote.Healthy, Vote.None])[0].ToArray();
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? [.. good] : new byte[random.Next(64)];
            if (i % 2 == 0)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            else
                random.NextBytes(bytes);
            _ = Ballot.Read(bytes, (_, _, _) => { });
        }
    }
}
