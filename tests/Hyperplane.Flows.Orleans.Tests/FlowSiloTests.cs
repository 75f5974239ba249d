using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Tests;

namespace Hyperplane.Flows.Orleans.Tests;

public sealed class FlowSiloTests(MembershipDatabase database)
{
    [Fact]
    public void Twins_live_on_different_silos_also_after_one_left_in_good_order_and_another_came()
    {
        using var cell = new OrleansCellUnderTest(database.Connection);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        cell.Settle();
        cell.Probe.UntilTwinsAreApart(limit.Token);

        FlowRecord record = Sample.Record(1, 1, cell.StartOf(1));
        cell.Ask(1, new FlowRequest { Kind = FlowRequestKind.Insert, Record = record });
        Assert.Equal(FlowAnswerKind.Won, cell.Answer(1).Kind);
        cell.Settle();
        cell.KillNode(1);
        Assert.Equal(0, cell.Silos[1].Stop());
        cell.Probe.UntilTwinsAreApart(limit.Token);
        cell.Settle();
        cell.AddSilo();
        cell.Probe.UntilTwinsAreApart(limit.Token);

        cell.Ask(2, new FlowRequest { Kind = FlowRequestKind.LookUp, Key = record.Reverse });
        Assert.Equal(FlowAnswerKind.Own, cell.Answer(2).Kind);
    }

    [Fact]
    public void A_node_whose_silo_ends_is_without_replicas_at_once_and_has_all_when_it_comes_again()
    {
        using var cell = new OrleansCellUnderTest(database.Connection);
        cell.Settle();
        FlowRecord record = Sample.Record(1, 1, cell.StartOf(1));
        cell.Ask(1, new FlowRequest { Kind = FlowRequestKind.Insert, Record = record });
        Assert.Equal(FlowAnswerKind.Won, cell.Answer(1).Kind);

        cell.RestartOwnSilo();

        cell.Ask(2, new FlowRequest { Kind = FlowRequestKind.LookUp, Key = record.Reverse });
        Assert.Equal(FlowAnswerKind.Relay, cell.Answer(2).Kind);
    }

    [Theory]
    [InlineData("", "no JSON object")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{ "cell": "a", "database": "b" }""", "'address' is missing")]
    [InlineData("""{ "cell": "a", "database": "b", "address": "c" }""", "'address' is no address")]
    [InlineData("""{ "cell": "a", "database": "b", "address": "::1", "siloPort": 0 }""", "'siloPort' is no number")]
    [InlineData("""{ "cell": "a", "database": "b", "address": "::1", "socket": "c" }""", "'socket' is no")]
    [InlineData("""{ "sell": "a" }""", "unknown member 'sell'")]
    public void A_configuration_that_is_none_is_refused_with_its_reason(string json, string reason)
    {
        (int exitCode, string error) = SiloProcess.Try(json);
        Assert.Equal(2, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
