using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A load balancer whose address in zone a is announced alone.</summary>
public sealed class ZonalShift(LabFixture lab)
{
    private const string Alone = "198.18.15.78";

    [Fact]
    public async Task A_shifted_address_leaves_the_routers_the_other_zone_serves_and_it_comes_back()
    {
        Region region = lab.Region;
        using Tenancy echo = Tenancy.Open(region, "shifted", address: $"a={Alone}");
        echo.AddGroup(echo.Name, "TCP", 7, ["10.30.0.101", "10.30.0.102"], "--health-timeout", "1");
        echo.Listen("TCP", 7, echo.Name);
        await echo.UntilHealthy(echo.Name, 1);
        region.Lbctl("nlb", "modify", echo.Name, "--attribute", "zonal_shift.config.enabled=true");
        await Region.Until("the /32 is in FRR", () => IsRouted(region));

        using Process established = Traffic.Hold(region, Alone, 7, 20);
        region.Lbctl("nlb", "shift", echo.Name, "--zone", "a", "--expires-in", "600", "--no-wait");
        // While the route lasts, what is established goes on and ends well.
        Assert.Empty(Traffic.Release(established).GetProperty("broken").EnumerateArray());
        await Region.Until("the /32 is gone", () => !IsRouted(region), seconds: 60);
        await Region.Until("the shift is in force", () => Status(region, echo.Name) == "active");
        Traffic.Echo(region, echo.VipB, 7, 10_000);

        region.Lbctl("nlb", "cancel-shift", echo.Name);
        await Region.Until("the /32 is back", () => IsRouted(region));
        Traffic.Echo(region, Alone, 7, 10_000);
    }

    private static bool IsRouted(Region region)
    {
        using JsonDocument routes = JsonDocument.Parse(
            region.Exec(
                "router-a", "vtysh", "--vty_socket", $"{region.Folder}/state/run/frr-a",
                "-c", "show ip route bgp json"));
        return routes.RootElement.TryGetProperty($"{Alone}/32", out _);
    }

    private static string? Status(Region region, string name) => region.LbctlJson("nlb", "get", name)
        .GetProperty("status").GetProperty("provisioning").GetString();
}
