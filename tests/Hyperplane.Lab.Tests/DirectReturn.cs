using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>Mode dsr, set by lbctl: real targets with hpdecap, which answer clients past the load balancer.</summary>
public sealed class DirectReturn(LabFixture lab, DirectReturn.Service shared) : IClassFixture<DirectReturn.Service>
{
    private const int Web = 8080;
    private const int Echo = 7;
    private const string Client4 = "10.20.1.2";
    private const string Client6 = "fd00:20:1::2";

    /// <summary>Two over IPv4 and two over IPv6.</summary>
    private static readonly Dictionary<string, int> OuterVersions = new(StringComparer.Ordinal)
    {
        ["gue"] = 4, ["ipip"] = 6, ["gre"] = 4, ["vxlan"] = 6,
    };

    [Theory]
    [InlineData("gue", "gue")]
    [InlineData("ipip", "ip")]
    [InlineData("gre", "gre")]
    [InlineData("vxlan", "vxlan")]
    public async Task Clients_of_either_family_are_served_by_every_encapsulation(string encapsulation, string counted)
    {
        Tenancy direct = await shared.Of(lab, encapsulation);
        long before = shared.Targets!.Count($"unwrapped-{counted}");
        foreach (string vip in new[] { direct.VipA, $"[{direct.Vip("a", 6)}]" })
        {
            Dictionary<string, int> answers = Traffic.Requests(lab.Region, $"{vip}:{Web}", 40);
            Assert.Equal(["target-1", "target-2"], answers.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(40, answers.Values.Sum());
        }

        // At the least SYN, request and FIN of every connection.
        Assert.InRange(shared.Targets.Count($"unwrapped-{counted}") - before, 240, long.MaxValue);
    }

    [Theory]
    [InlineData("gue", 32)]
    [InlineData("ipip", 40)]
    [InlineData("gre", 24)]
    [InlineData("vxlan", 70)]
    public async Task Paths_with_a_smaller_hop_behind_the_node_are_found_out_and_those_before_the_client(
        string encapsulation, int addedBytes)
    {
        const int Bytes = 1_000_000;
        Region region = lab.Region;
        Tenancy direct = await shared.Of(lab, encapsulation);
        int[] versions = [4, 6];
        using (new SmallHop(region, "10.30.0.101", "10.30.0.102", "fd00:30::101", "fd00:30::102"))
        {
            foreach (int version in versions)
            {
                Traffic.Echo(region, direct.Vip("a", version), Echo, Bytes);
                Assert.Equal(SmallHop.MtuBytes - addedBytes, SmallHop.Learned(region, "client", version));
            }
        }

        using (new SmallHop(region, Client4, Client6))
        {
            foreach (int version in versions)
            {
                Traffic.Echo(region, direct.Vip("a", version), Echo, Bytes);
                Assert.Equal(
                    SmallHop.MtuBytes,
                    SmallHop.Learned(region, "target-1", version) ?? SmallHop.Learned(region, "target-2", version));
            }
        }
    }

    [Fact]
    public async Task Killing_a_node_breaks_no_connection()
    {
        Tenancy direct = await shared.Of(lab, "gue");
        using FlowServers servers = await FlowServers.Start(
            lab.Region, "target-1", "target-2", "target-3", "target-4");
        await Failover.NothingBreaks(
            lab.Region, direct.VipA, new FlowOptions(80, 20, 0, 0), region => region.Fault("kill", Failover.Node),
            Failover.LeavesTheRouters, region => region.Lab("start", Failover.Node));
    }

    /// <summary>A load balancer of both families for each encapsulation, all made when a test first asks for
    /// one.</summary>
    public sealed class Service : IDisposable
    {
        private readonly Dictionary<string, Tenancy> _made = new(StringComparer.Ordinal);
        internal DirectTargets? Targets { get; private set; }

        internal async Task<Tenancy> Of(LabFixture lab, string encapsulation)
        {
            if (Targets is null)
                await Make(lab.Region);
            return _made[encapsulation];
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Parallel.ForEach(_made.Values, direct => direct.Dispose());
            Targets?.Dispose();
        }

        private async Task Make(Region region)
        {
            foreach (string encapsulation in OuterVersions.Keys)
                _made[encapsulation] = Tenancy.Open(region, $"direct-{encapsulation}", "a", isDualstack: true);
            Parallel.ForEach(_made, made => Listen(made.Value, made.Key));
            Targets = new DirectTargets(
                region, [.. _made.Values.SelectMany(direct => new[] { direct.VipA, direct.Vip("a", 6) })]);
            foreach (Tenancy direct in _made.Values)
            {
                foreach (string group in direct.Groups)
                    await direct.UntilHealthy(group, 3);
            }
        }

        private static void Listen(Tenancy direct, string encapsulation)
        {
            string network = OuterVersions[encapsulation] == 4 ? "10.30.0." : "fd00:30::";
            // One is enough to see a node die.
            (string, int, int)[] flows = encapsulation == "gue" ? [("flows", FlowServers.Port, 4)] : [];
            foreach ((string name, int port, int targets) in flows.Concat([("web", Web, 2), ("echo", Echo, 2)]))
            {
                string group = $"{name}-{encapsulation}";
                direct.AddGroup(
                    group, "TCP", port,
                    [.. Enumerable.Range(101, targets).Select(number => $"{network}{number}")],
                    "--health-port", $"{Echo}", "--attribute", "forwarding.mode=dsr",
                    "--attribute", $"forwarding.encapsulation={encapsulation}");
                direct.Listen("TCP", port, group);
            }
        }
    }
}
