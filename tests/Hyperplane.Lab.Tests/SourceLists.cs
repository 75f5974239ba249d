using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Whose connections may begin at a listener, and what becomes of those that are there.</summary>
public sealed class SourceLists(LabFixture lab)
{
    private const string Client = "10.20.1.2";
    private const string Elsewhere = "192.0.2.0/24";
    private static readonly string[] Listeners = ["TCP:80", "TCP:7"];

    [Fact]
    public async Task A_client_outside_is_refused_then_let_in_by_an_update_and_what_is_established_goes_on()
    {
        Region region = lab.Region;
        using Tenancy shop = Tenancy.Open(region, "lists", "a");
        foreach ((string group, int port, int listens) in new[] { ("lists-web", 8080, 80), ("lists-echo", 7, 7) })
        {
            shop.AddGroup(group, "TCP", port, ["10.30.0.101", "10.30.0.102"], "--health-timeout", "1");
            shop.Listen("TCP", listens, group);
        }

        foreach (string group in shop.Groups)
            await shop.UntilHealthy(group, 3);
        using Process held = Traffic.Hold(region, shop.VipA, 7, 40);
        Modify("--allow", Elsewhere);
        await UntilRefused();
        await Region.Until(
            "all nodes count what they refused",
            () => !Answers() && NodeCounters.Of(region, "drop_not_allowed", "cell-a").All(frames => frames > 0));

        Modify("--allow", Elsewhere, "--allow", Client);
        await UntilAnswered();
        Modify("--clear-allow", "--deny", "10.20.0.0/16");
        await UntilRefused();
        JsonElement result = Traffic.Release(held);
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        // Ten lines a connection at least; it began before the first change, and a line is sent each 50 ms.
        Assert.True(result.GetProperty("echoed").GetInt32() > 40 * 10);

        Modify("--clear-deny");
        await UntilAnswered();

        void Modify(params string[] lists)
        {
            foreach (string listener in Listeners)
                region.Lbctl(["listener", "modify", listener, "--nlb", shop.Name, .. lists]);
        }

        bool Answers() => Traffic.Answers(region, shop.VipA);

        Task UntilRefused() => Region.Until("no node answers", () => Enumerable.Range(0, 8).All(_ => !Answers()), 60);

        Task UntilAnswered() => Region.Until(
            "every node answers", () => Traffic.Requests(region, shop.VipA, 60).Keys.Order(StringComparer.Ordinal)
                .SequenceEqual(["target-1", "target-2"], StringComparer.Ordinal));
    }
}
