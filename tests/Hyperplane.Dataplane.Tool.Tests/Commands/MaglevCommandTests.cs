using Hyperplane.Dataplane.Tool.Tests.Configuration;

namespace Hyperplane.Dataplane.Tool.Tests.Commands;

public sealed class MaglevCommandTests
{
    [Fact]
    public async Task Targets_of_equal_weight_share_to_within_a_slot()
    {
        CommandLine run = await CommandLine.RunAsync("maglev", "--targets", "100", "--size", "4093");
        Assert.Equal((0, ""), (run.ExitCode, run.Notes));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("size        4,093 slots, 8 KiB", lines[0]);
        Assert.Equal("slots       40 to 41 a target, 40.9 on average", lines[3]);
        Assert.Equal("spread      1 slots", lines[4]);
        // 1 % of 100 is one target, which has its line already.
        Assert.Equal(2, lines.Count(line => line.StartsWith("loss ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_configuration_shows_the_targets_that_take_new_flows()
    {
        CommandLine run = await CommandLine.RunAsync("maglev", "--config", Sample.File);
        Assert.Contains("group       5: 2 of 3 targets take new flows\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 3 targets take new flows, near ones alone\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("targets     2, weights 1 to 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("group       6: 1 of 2 targets take new flows", run.Output, StringComparison.Ordinal);
        run = await CommandLine.RunAsync("maglev", "--config", Sample.File, "--group", "6");
        Assert.DoesNotContain("group       5", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("give the targets by --config or by --targets")]
    [InlineData("--size 65536: write a prime from 251 to 655373", "--targets", "5", "--size", "65536")]
    [InlineData("--targets 0: write 1 to 65535", "--targets", "0")]
    [InlineData("--targets 252: write 1 to 251", "--targets", "252", "--size", "251")]
    [InlineData("--group goes with --config", "--targets", "5", "--group", "5")]
    [InlineData("--group 9: there are 5, 6", "--config", "", "--group", "9")]
    public async Task What_cannot_be_is_told(string told, params string[] words)
    {
        CommandLine run = await CommandLine.RunAsync(
            ["maglev", .. words.Select(word => word.Length == 0 ? Sample.File : word)]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(told, run.Notes, StringComparison.Ordinal);
    }
}
