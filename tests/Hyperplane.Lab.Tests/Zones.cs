using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Targets in zones: one in a, two in b.</summary>
public sealed class Zones(LabFixture lab)
{
    private const string Target1 = "10.30.0.101";
    private const string Target2 = "10.30.0.102";
    private const string Target3 = "10.30.0.103";
    private const string CrossZone = "load_balancing.cross_zone.enabled";
    private const int Connections = 60;
    private static readonly string[] OfA = ["target-1"];
    private static readonly string[] OfB = ["target-2", "target-3"];
    private static readonly string[] All = ["target-1", "target-2", "target-3"];

    [Fact]
    public async Task An_address_reaches_the_targets_of_its_zone_others_while_these_are_down_and_all_when_asked_to()
    {
        Region region = lab.Region;
        using Tenancy echo = Tenancy.Open(region, "zonal");
        // What fails a target is its web server: its echo service goes on, and so do connections to it.
        echo.AddGroup(
            echo.Name, "TCP", 7, [$"{Target1}@a", $"{Target2}@b", $"{Target3}@b"], "--health-port", "8080",
            "--health-timeout", "1", "--healthy-threshold", "2", "--unhealthy-threshold", "2");
        echo.Listen("TCP", 7, echo.Name);
        foreach (string target in new[] { Target1, Target2, Target3 })
            await echo.UntilAllNodesFind(target, healthy: true);
        Assert.Equal(OfA, Reached(region, echo.VipA));
        Assert.Equal(OfB, Reached(region, echo.VipB));

        using Process before = Traffic.Hold(region, echo.VipA, 7, Connections);
        region.Lab("stop", "target-1");
        Process during;
        try
        {
            await echo.UntilAllNodesFind(Target1, healthy: false);
            Assert.Equal(OfB, Reached(region, echo.VipA));
            during = Traffic.Hold(region, echo.VipA, 7, Connections);
        }
        finally
        {
            region.Lab("start", "target-1");
        }

        await echo.UntilAllNodesFind(Target1, healthy: true);
        await Region.Until("a's target serves its zone again", () => Reached(region, echo.VipA).SequenceEqual(OfA));
        Assert.Equal(OfA, Names(Traffic.Release(before)));
        using (during)
            Assert.Equal(OfB, Names(Traffic.Release(during)));

        region.Lbctl("nlb", "modify", echo.Name, "--attribute", $"{CrossZone}=true");
        foreach (string vip in echo.Vips)
            await Region.Until("all targets serve both zones", () => Reached(region, vip).SequenceEqual(All));
        region.Lbctl("target-group", "modify", echo.Name, "--attribute", $"{CrossZone}=false");
        await Region.Until("the group keeps to zones", () => Reached(region, echo.VipA).SequenceEqual(OfA));
    }

    private static string[] Reached(Region region, string vip)
    {
        using Process connections = Traffic.Hold(region, vip, 7, Connections);
        return Names(Traffic.Release(connections));
    }

    private static string[] Names(JsonElement result)
    {
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        IEnumerable<string> names = result.GetProperty("names").EnumerateObject().Select(name => name.Name);
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
