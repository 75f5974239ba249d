namespace Hyperplane.Health.Tests.Checks;

public sealed class HealthTrackerTests
{
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
            bool changed = tracker.OnResult(Result(letter), settings);
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
            tracker.OnResult(Result(letter), new HealthCheckSettings { UnhealthyThreshold = 1 });

        Assert.Equal(reason, tracker.Verdict.Reason);
        Assert.Equal(TargetHealthState.Unhealthy, tracker.Verdict.State);
        Assert.Equal("detail " + results[^1], tracker.Verdict.Detail);
    }

    [Fact]
    public void An_initial_target_says_so_until_it_is_healthy()
    {
        var tracker = new HealthTracker();
        Assert.Equal("Elb.InitialHealthChecking", tracker.Verdict.Reason);
        tracker.OnResult(Result('T'), new HealthCheckSettings());
        Assert.Equal("Elb.InitialHealthChecking", tracker.Verdict.Reason);
        tracker.OnResult(Result('S'), new HealthCheckSettings());
        Assert.Equal("", tracker.Verdict.Reason);
    }

    [Fact]
    public void A_detail_is_printable_and_at_most_256_characters()
    {
        var result = new ProbeResult(ProbeOutcome.Failure, "a\r\nb\0ü" + new string('x', 1000));

        Assert.Equal("a..b..", result.Detail[..6]);
        Assert.Equal(256, result.Detail.Length);
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
        "detail " + letter);
}
