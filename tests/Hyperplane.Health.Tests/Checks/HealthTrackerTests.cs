namespace Hyperplane.Health.Tests.Checks;

public sealed class HealthTrackerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>
    /// Results: S success, T timeout, C code mismatch, F failure, N not sent. States after each: I, H, U.
    /// </summary>
    [Theory]
    [InlineData(3, 2, "S", "H")] // the first success is enough
    [InlineData(3, 2, "FS", "IH")] // also after a failure
    [InlineData(3, 2, "FF", "IU")]
    [InlineData(3, 2, "TCS", "IUU")] // kinds of failure count together
    [InlineData(3, 2, "SFSFSF", "HHHHHH")] // failures must be in a row
    [InlineData(3, 2, "SFFSSFSSS", "HHUUUUUUH")] // and so must successes
    [InlineData(1, 1, "FSFSFS", "UHUHUH")]
    [InlineData(5, 2, "SFFSSSSSFF", "HHUUUUUHHU")]
    [InlineData(3, 2, "NNNN", "IIII")] // what was not sent counts for nothing
    [InlineData(3, 2, "FNF", "IIU")]
    [InlineData(3, 2, "SFNNNF", "HHHHHU")]
    [InlineData(2, 2, "FFSNS", "IUUUH")]
    [InlineData(1, 10, "FFFFFFFFFF", "IIIIIIIIIU")]
    public void A_row_of_results_gives_a_row_of_states(int healthy, int unhealthy, string results, string states)
    {
        var settings = new HealthCheckSettings { HealthyThreshold = healthy, UnhealthyThreshold = unhealthy };
        var tracker = new HealthTracker();
        string seen = "";
        foreach (char letter in results)
        {
            TargetHealthState before = tracker.Verdict.State;
            bool changed = tracker.OnResult(Result(letter), settings, Now);
            Assert.Equal(before != tracker.Verdict.State, changed);
            seen += tracker.Verdict.State.ToString()[0];
        }

        Assert.Equal(states, seen);
    }

    [Theory]
    [InlineData("T", "Target.Timeout")]
    [InlineData("C", "Target.ResponseCodeMismatch")]
    [InlineData("F", "Target.FailedHealthChecks")]
    [InlineData("TF", "Target.FailedHealthChecks")]
    [InlineData("TN", "Target.Timeout")]
    public void An_unhealthy_target_tells_why_with_the_last_failure(string results, string reason)
    {
        var tracker = new HealthTracker();
        foreach (char letter in results)
            tracker.OnResult(Result(letter), new HealthCheckSettings { UnhealthyThreshold = 1 }, Now);

        Assert.Equal(reason, tracker.Verdict.Reason);
        Assert.Equal(TargetHealthState.Unhealthy, tracker.Verdict.State);
        Assert.Equal(("sent", "detail " + results[^1]), (tracker.Verdict.Sent, tracker.Verdict.Received));
        Assert.Equal(Now, tracker.Verdict.CheckedAt);
    }

    [Fact]
    public void An_initial_target_says_so_until_it_is_healthy()
    {
        var tracker = new HealthTracker();
        Assert.Equal("Elb.InitialHealthChecking", tracker.Verdict.Reason);
        tracker.OnResult(Result('T'), new HealthCheckSettings(), Now);
        Assert.Equal("Elb.InitialHealthChecking", tracker.Verdict.Reason);
        tracker.OnResult(Result('S'), new HealthCheckSettings(), Now);
        Assert.Equal("", tracker.Verdict.Reason);
    }

    [Fact]
    public void What_is_told_is_printable_and_at_most_200_characters()
    {
        var result = new ProbeResult(ProbeOutcome.Failure, "GET\n", "a\r\nb\0ü" + new string('x', 1000));

        Assert.Equal("a..b..", result.Received[..6]);
        Assert.Equal(200, result.Received.Length);
        Assert.Equal("GET.", result.Sent);
    }

    [Fact]
    public void Connections_that_fail_take_a_healthy_target_out_until_a_probe_succeeds()
    {
        var settings = new HealthCheckSettings { HealthyThreshold = 5, UnhealthyThreshold = 2 };
        var tracker = new HealthTracker();
        Assert.False(tracker.OnConnectionsFailed("SYN", "nothing", Now));
        Assert.Equal(TargetHealthState.Initial, tracker.Verdict.State);
        tracker.OnResult(Result('S'), settings, Now);
        Assert.True(tracker.OnConnectionsFailed("SYN", "nothing", Now));
        Assert.Equal((TargetHealthState.Unhealthy, "Target.FailedHealthChecks", "SYN", "nothing"),
            (tracker.Verdict.State, tracker.Verdict.Reason, tracker.Verdict.Sent, tracker.Verdict.Received));
        Assert.False(tracker.OnConnectionsFailed("SYN", "nothing", Now));
        Assert.False(tracker.OnResult(Result('N'), settings, Now));
        Assert.True(tracker.OnResult(Result('S'), settings, Now));
        Assert.Equal(TargetHealthState.Healthy, tracker.Verdict.State);
    }

    [Fact]
    public void Once_probes_fail_as_well_the_way_back_is_the_usual_one()
    {
        var settings = new HealthCheckSettings { HealthyThreshold = 3, UnhealthyThreshold = 2 };
        var tracker = new HealthTracker();
        tracker.OnResult(Result('S'), settings, Now);
        tracker.OnConnectionsFailed("SYN", "nothing", Now);
        string seen = "";
        foreach (char letter in "FFSSS")
        {
            tracker.OnResult(Result(letter), settings, Now);
            seen += tracker.Verdict.State.ToString()[0];
        }

        Assert.Equal("UUUUH", seen);
    }

    [Fact]
    public void A_weight_is_followed_but_not_its_noise()
    {
        int?[] asked = [50, 52, 48, 60, 60, 60, 20, 60, 20, 20, 0, 0, 5, 5, null, null, 100];
        int?[] used = [50, 50, 50, 50, 60, 60, 60, 60, 60, 20, 20, 0, 0, 5, 5, null, null];
        var tracker = new HealthTracker();
        foreach ((int? weight, int? wanted, int i) in asked.Zip(used, Enumerable.Range(0, asked.Length)))
        {
            int? before = tracker.Verdict.Weight;
            bool changed = tracker.OnResult(
                new ProbeResult(ProbeOutcome.Success, "", "") { Weight = weight }, new HealthCheckSettings(), Now);
            Assert.True(wanted == tracker.Verdict.Weight, $"answer {i}");
            Assert.Equal(i == 0 || before != wanted, changed);
        }
    }

    private static ProbeResult Result(char letter) => new(
        letter switch
        {
            'S' => ProbeOutcome.Success,
            'T' => ProbeOutcome.Timeout,
            'C' => ProbeOutcome.CodeMismatch,
            'F' => ProbeOutcome.Failure,
            _ => ProbeOutcome.NotSent,
        },
        "sent", "detail " + letter);
}
