using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>A client over IPv6: targets of either family behind one load balancer of both.</summary>
public sealed class Dualstack(LabFixture lab)
{
    private const string Node = "node-a2";
    private const string NodeAddress = "fd00:10:1::12";
    private const int ToIpv4 = 80;
    private const int ToIpv6 = 81;
    private const int EchoIpv4 = 7;
    private const int EchoIpv6 = 8;
    private static readonly string[] Ipv4Targets = ["10.30.0.101", "10.30.0.102"];
    private static readonly string[] Ipv6Targets = ["fd00:30::103", "fd00:30::104"];

    [Fact]
    public async Task Every_mixture_of_families_is_served_in_both_zones_and_no_connection_breaks_when_a_node_is_killed()
    {
        Region region = lab.Region;
        using Tenancy dual = Tenancy.Open(region, "dual", isDualstack: true);
        foreach ((string group, int port, int listens, string[] targets) in new[]
        {
            ("web4", 8080, ToIpv4, Ipv4Targets), ("web6", 8080, ToIpv6, Ipv6Targets),
            ("echo4", 7, EchoIpv4, Ipv4Targets), ("echo6", 7, EchoIpv6, Ipv6Targets),
        })
        {
            dual.AddGroup(group, "TCP", port, targets, "--health-timeout", "1", "--deregistration-delay", "5");
            dual.Listen("TCP", listens, group);
        }

        foreach (string group in new[] { "web4", "web6", "echo4", "echo6" })
            await dual.UntilHealthy(group, 6);
        foreach (string zone in new[] { "a", "b" })
        {
            foreach (string vip in new[] { dual.Vip(zone, 4), $"[{dual.Vip(zone, 6)}]" })
            {
                Assert.Equal(["target-1", "target-2"], Answering(region, $"{vip}:{ToIpv4}"));
                Assert.Equal(["target-3", "target-4"], Answering(region, $"{vip}:{ToIpv6}"));
            }
        }

        await NothingBreaks(region, dual.Vip("a", 6), dual.VipA);
    }

    private static async Task NothingBreaks(Region region, string ipv6, string ipv4)
    {
        Process[] held =
        [
            Traffic.Hold(region, ipv6, EchoIpv4, 60),
            Traffic.Hold(region, ipv6, EchoIpv6, 60),
            Traffic.Hold(region, ipv4, EchoIpv6, 60),
        ];
        region.Fault("kill", Node);
        try
        {
            await Region.Until("no IPv6 route leads to the node", () => !IsNextHop(region));
            // Long enough for every connection to go on by another node.
            Assert.Equal(["target-1", "target-2"], Answering(region, $"[{ipv6}]:{ToIpv4}"));
        }
        finally
        {
            region.Lab("start", Node);
            await Region.Until("the node is a next hop again", () => IsNextHop(region));
        }

        foreach (Process process in held)
        {
            JsonElement result = Traffic.Release(process);
            process.Dispose();
            Assert.Empty(result.GetProperty("broken").EnumerateArray());
            Assert.True(result.GetProperty("echoed").GetInt32() > 120);
        }
    }

    private static IEnumerable<string> Answering(Region region, string vip)
    {
        Dictionary<string, int> answers = Traffic.Requests(region, vip, 120);
        Assert.Equal(120, answers.Where(answer => answer.Key.StartsWith("target-", StringComparison.Ordinal))
            .Sum(answer => answer.Value));
        return answers.Keys.Order(StringComparer.Ordinal);
    }

    private static bool IsNextHop(Region region) => region.Exec(
        "router-a", "ip", "-6", "route", "show", "root", "fd00:18:1::/112")
        .Contains(NodeAddress, StringComparison.Ordinal);
}
