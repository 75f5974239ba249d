using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>An address that stays a tenant's, whatever load balancer it leads to.</summary>
public sealed class ElasticIps(LabFixture lab)
{
    private const string Pool = "lab-elastic";
    private const string Elastic = "lab-front";
    private static readonly string[] First = ["target-1"];
    private static readonly string[] Second = ["target-2"];

    [Fact]
    public async Task A_load_balancer_takes_over_the_elastic_ip_of_a_deleted_one_and_gets_a_zone_later()
    {
        Region region = lab.Region;
        region.Operator(
            "address-pool", "create", Pool, "--zone", "a", "--prefix", "203.0.113.0/28", "--kind", "elastic");
        string address = region.LbctlJson("elastic-ip", "create", "--zone", "a", "--name", Elastic)
            .GetProperty("address").GetString()!;
        try
        {
            using (Tenancy first = await Serve(region, "elastic-one", "10.30.0.101"))
            {
                Assert.Equal(address, first.VipA);
                Assert.Equal(First, Reached(region, address));
                Assert.NotEqual(0, region.TryLbctl("elastic-ip", "delete", Elastic).ExitCode);
            }

            using Tenancy second = await Serve(region, "elastic-two", "10.30.0.102");
            Assert.Equal(address, second.VipA);
            Assert.Equal(Second, Reached(region, address));
            region.Lbctl("nlb", "modify", second.Name, "--zone", "a", "--zone", "b");
            string other = "";
            await Region.Until("it is active in both zones", () =>
            {
                JsonElement now = region.LbctlJson("nlb", "get", second.Name);
                JsonElement[] zones = [.. now.GetProperty("zones").EnumerateArray()];
                other = zones[1].GetProperty("address").GetString()!;
                return zones.Length == 2 && zones[0].GetProperty("address").GetString() == address
                    && now.GetProperty("status").GetProperty("provisioning").GetString() == "active";
            });
            await Region.Until("zone b answers", () => Traffic.Answers(region, other));
            Assert.Equal(Second, Reached(region, other));
            Assert.Equal(Second, Reached(region, address));

            region.Lbctl("nlb", "modify", second.Name, "--zone", "b");
            await Region.Until("zone a does not answer any more", () => !Traffic.Answers(region, address));
            Assert.Equal(Second, Reached(region, other));
        }
        finally
        {
            region.TryLbctl("elastic-ip", "delete", Elastic);
        }
    }

    private static async Task<Tenancy> Serve(Region region, string name, string target)
    {
        Tenancy web = Tenancy.Open(region, name, "a", elasticIp: Elastic);
        try
        {
            web.AddGroup(name, "TCP", 8080, [target], "--health-timeout", "1", "--healthy-threshold", "2");
            web.Listen("TCP", 80, name);
            await web.UntilHealthy(name, 3);
            await Region.Until($"{name} answers", () => Traffic.Answers(region, web.VipA));
            return web;
        }
        catch
        {
            web.Dispose();
            throw;
        }
    }

    private static string[] Reached(Region region, string vip) => [.. Traffic.Requests(region, vip, 60).Keys];
}
