using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>The instrument itself: what the traffic client reports when the path is good, cut, or lies. No load
/// balancer is between client and server here.</summary>
public sealed class FlowClients(LabFixture lab)
{
    private const string Target = "10.30.0.104";
    private static readonly FlowOptions Few = new(Steady: 40, Fast: 10, Datagrams: 5, ShortsPerSecond: 20);

    [Fact]
    public async Task A_sound_path_is_reported_as_such()
    {
        Region region = lab.Region;
        using FlowServers servers = await FlowServers.Start(region, "target-4");
        using FlowClient client = await FlowClient.Open(region, Few, Target);
        await client.Quiet();
        FlowReport report = await client.Report();
        Assert.Equal((40, 0), (report.Steady.Open, report.Steady.Broken));
        Assert.Equal((10, 0), (report.Fast.Open, report.Fast.Broken));
        Assert.Equal((5, 0L, 0L), (report.Datagrams.Flows, report.Datagrams.Wrong, report.Datagrams.Refused));
        Assert.InRange(report.Datagrams.Answered, 5, report.Datagrams.Sent);
        Assert.InRange(report.Shorts.Finished, 1, int.MaxValue);
        Assert.Equal(0, report.Shorts.Failed);
    }

    [Fact]
    public async Task A_cut_that_heals_is_a_stall_of_every_flow_and_breaks_none()
    {
        Region region = lab.Region;
        using FlowServers servers = await FlowServers.Start(region, "target-4");
        using FlowClient client = await FlowClient.Open(region, Few, Target);
        await client.Quiet();
        await client.Report();
        double gapMs = 0;
        region.Exec("core", "ip", "link", "set", "dev", "p-target-4", "nomaster");
        try
        {
            // The time up to here is no part of the cut.
            await client.Report();
            await Region.Until(
                "the cut lasts half a second", () => (gapMs += client.Report().Result.Seconds * 1e3) > 500);
        }
        finally
        {
            region.Exec("core", "ip", "link", "set", "dev", "p-target-4", "master", "br0");
        }

        await client.Quiet();
        FlowReport report = await client.Report();
        Assert.Equal((0, 0), (report.Steady.Broken, report.Fast.Broken));
        Assert.Equal(5, report.Datagrams.GapsMs.Count(gap => gap > 400));
        Assert.Equal(10, report.Fast.StallsMs.Count(stall => stall > 400));
    }

    [Fact]
    public async Task A_server_that_goes_away_breaks_every_connection()
    {
        Region region = lab.Region;
        using FlowServers servers = await FlowServers.Start(region, "target-4");
        using FlowClient client = await FlowClient.Open(region, Few, Target);
        servers.Dispose();
        await client.Quiet();
        FlowReport report = await client.Report();
        Assert.Equal((40, 10), (report.Steady.Broken, report.Fast.Broken));
        Assert.Equal((0, 0), (report.Steady.Open, report.Fast.Open));
    }

    [Fact]
    public async Task Bytes_that_are_not_the_connections_own_are_noticed()
    {
        // The lab's plain echo server greets with its name first.
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => FlowClient.Open(lab.Region, new FlowOptions(Steady: 3, Fast: 0, Datagrams: 0, 0), Target + ":7"));
        Assert.Contains("0 connections answered, 3 failed", failure.Message, StringComparison.Ordinal);
    }
}
