using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>How changes reach the nodes of the lab, and what an operator's pin holds.</summary>
public sealed class Rollouts(LabFixture lab)
{
    private const string Target = "10.30.0.101";
    private const string OtherTarget = "10.30.0.102";

    [Fact]
    public async Task A_change_goes_from_node_to_node_a_pin_holds_and_a_roll_back_serves_as_before()
    {
        Region region = lab.Region;
        using Tenancy web = await Tenancy.Create(region, "rolled", "TCP", 7, 7, 10, Target);
        await UntilDone(region);
        string[] before = Running(region);

        // The weight of a target changes: what the first node runs nobody else does before it is well with it.
        region.Lbctl("target", "register", web.Name, $"{OtherTarget}", "--no-wait");
        await web.UntilHealthy(web.Name, 6);
        await UntilDone(region);
        region.Lbctl("listener", "modify", "TCP:7", "--nlb", web.Name, "--idle-timeout", "600");
        var seen = new List<string[]>();
        await Region.Until("all nodes run the change", () =>
        {
            string[] now = Running(region);
            if (seen.Count == 0 || !seen[^1].SequenceEqual(now))
                seen.Add(now);
            return States(region).All(state => state == "done") && now.Distinct().Count() <= 2;
        });
        Assert.NotEqual(before, Running(region));
        Assert.Contains(Versions(region, "a1"), one => !one.GetProperty("additive").GetBoolean());

        // A pinned cell stays, whatever tenants write; the other zone goes on.
        region.Operator("admin", "snapshot", "pin", "a1", Wanted(region, "a1"));
        await UntilDone(region);
        region.Lbctl("listener", "delete", "TCP:7", "--nlb", web.Name);
        await Region.Until("zone b has no listener any more", () => !Connects(region, web.VipB));
        Assert.True(Connects(region, web.VipA));

        region.Operator("admin", "snapshot", "unpin", "a1");
        await Region.Until("zone a follows", () => !Connects(region, web.VipA));
        await UntilDone(region);

        // What was in force before serves again.
        region.Operator("admin", "snapshot", "rollback", "a1");
        await Region.Until("zone a serves as before", () => Connects(region, web.VipA));
        region.Operator("admin", "snapshot", "unpin", "a1");
        await Region.Until("zone a follows", () => !Connects(region, web.VipA));
        await UntilDone(region);
    }

    private static Task UntilDone(Region region) =>
        Region.Until("all roll-outs are done", () => States(region).All(state => state == "done"));

    private static string?[] States(Region region) =>
    [
        .. new[] { "a1", "b1" }.Select(cell =>
            Json(region, "admin", "snapshot", "get", cell).GetProperty("state").GetString()),
    ];

    private static string Wanted(Region region, string cell) =>
        Json(region, "admin", "snapshot", "get", cell).GetProperty("wantedVersion").GetRawText();

    private static JsonElement[] Versions(Region region, string cell) =>
        [.. Json(region, "admin", "snapshot", "list", cell).GetProperty("items").EnumerateArray()];

    private static string[] Running(Region region) =>
    [
        .. Json(region, "node", "list").GetProperty("items").EnumerateArray()
            .Select(node => $"{node.GetProperty("name")}={node.GetProperty("runningVersion")}"),
    ];

    private static JsonElement Json(Region region, params string[] words)
    {
        using JsonDocument document = JsonDocument.Parse(region.Operator([.. words, "-o", "json"]));
        return document.RootElement.Clone();
    }

    private static bool Connects(Region region, string vip) =>
        region.TryExec("client", "timeout", "2", "bash", "-c", $"exec 3<>/dev/tcp/{vip}/7").ExitCode == 0;
}
