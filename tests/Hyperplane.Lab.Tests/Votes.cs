using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Nodes that cannot reach a target, and what the others of their cell make of it.</summary>
public sealed class Votes(LabFixture lab)
{
    private const string Target = "10.30.0.101";
    private static readonly string[] Cell = ["node-a1", "node-a2", "node-a3"];

    [Fact]
    public async Task One_node_takes_no_target_out_and_two_of_three_do_on_all()
    {
        Region region = lab.Region;
        using Tenancy shop = await Tenancy.Create(region, "votes", "TCP", 80, 8080, 0, Target, "10.30.0.102");
        try
        {
            await shop.UntilAllNodesFind(Target, healthy: true);
            Block(Cell[0]);
            await UntilHealthyNodes(5);
            JsonElement check = Checks().Single(one => one.GetProperty("node").GetString() == Cell[0]);
            Assert.Equal("unhealthy", check.GetProperty("state").GetString());
            Assert.Equal($"TCP connect to {Target}:8080", check.GetProperty("sent").GetString());
            Assert.Equal("no answer within 1000 ms", check.GetProperty("received").GetString());
            Assert.Equal("healthy", shop.TargetState(Target));
            // Nodes share the connections; where one used another target alone, some would have none on this one.
            await UntilTargets(shop.VipA, "target-1", "target-2");

            Block(Cell[1]);
            await shop.UntilTarget(Target, "unhealthy");
            await UntilHealthyNodes(4);
            await UntilTargets(shop.VipA, "target-2");
            await UntilTargets(shop.VipB, "target-1", "target-2");

            Block(Cell[2]);
            await UntilHealthyNodes(3);
            Assert.Equal("unhealthy", shop.TargetState(Target));
        }
        finally
        {
            foreach (string node in Cell)
                region.TryExec(node, "nft", "delete", "table", "inet", "votes");
        }

        await shop.UntilAllNodesFind(Target, healthy: true);
        await UntilTargets(shop.VipA, "target-1", "target-2");

        // What the dataplane forwards does not pass the kernel's output: probes alone are dropped.
        void Block(string node) => region.Exec(
            node, "nft", "add table inet votes; add chain inet votes out { type filter hook output priority 0; }; "
            + $"add rule inet votes out ip daddr {Target} drop");

        Task UntilHealthyNodes(int nodes) => Region.Until(
            $"{nodes} nodes find it healthy", () => Details().GetProperty("healthyNodes").GetInt32() == nodes);

        JsonElement Details() => region.LbctlJson("target", "get", shop.Name, Target);

        JsonElement[] Checks() => [.. Details().GetProperty("checks").EnumerateArray()];

        Task UntilTargets(string vip, params string[] targets) => Region.Until(
            $"{vip} sends to {string.Join(" and ", targets)}",
            () => Traffic.Requests(region, vip, 60).Keys.Order(StringComparer.Ordinal)
                .SequenceEqual(targets, StringComparer.Ordinal));
    }
}
