using System.Text.Json;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary><c>hyperplane_listener</c>, <c>hyperplane_target</c> and <c>hyperplane_targets</c>, which live on
/// others.</summary>
public sealed class ListenerTests(TerraformRegion region)
{
    private const string Address = "hyperplane_listener.web";
    private const string Base = """
        resource "hyperplane_nlb" "web" {
          name  = "web"
          zones = { a = {} }
        }
        resource "hyperplane_target_group" "web" {
          name     = "web"
          protocol = "TCP"
          port     = 80
        }
        resource "hyperplane_target_group" "other" {
          name     = "other"
          protocol = "TCP"
          port     = 80
        }
        """;

    [Fact]
    public async Task A_listener_lives_and_changes_as_it_is_said()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Listener("target_group_id = hyperplane_target_group.web.id")).Apply();
        work.PlansNothing();
        string id = Text(work.Values(Address), "id");
        ImportsTheSame(work);

        foreach (string change in (string[])
        [
            """
            target_group_id      = hyperplane_target_group.other.id
            idle_timeout_seconds = 400
            allowed_cidrs        = ["2001:db8::/32", "192.0.2.0/24", "10.0.0.1/32"]
            denied_cidrs         = ["192.0.2.9/32"]
            timeouts             = { create = "1m", update = "1m", delete = "1m" }
            """,
            """
            target_groups = [
              { target_group_id = hyperplane_target_group.web.id, weight = 3 },
              { target_group_id = hyperplane_target_group.other.id },
            ]
            allowed_cidrs = ["192.0.2.0/24"]
            """,
            "target_groups = [{ target_group_id = hyperplane_target_group.web.id, weight = 2 }]",
        ])
        {
            Lifecycle.Applies(work.Configure(Listener(change)), 0, 1, 0);
            ImportsTheSame(work);
        }

        Lifecycle.Applies(
            work.Configure(Listener("target_group_id = hyperplane_target_group.web.id", port: 81)), 0, 1, 0);
        Assert.Equal(id, Text(work.Values(Address), "id"));
        work.PlansNothing();

        string listener = $"/v1/load-balancers/{Text(work.Values(Address), "load_balancer_id")}/listeners/{id}";
        await region.SendAsync(work.Key, "DELETE", listener);
        Assert.Contains("1 to add, 0 to change, 0 to destroy", work.Plan().Text, StringComparison.Ordinal);
        work.Apply();
        work.PlansNothing();
        work.Destroy();
    }

    [Fact]
    public async Task Targets_are_a_groups_one_by_one()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        const string One = "hyperplane_target.one";
        work.Configure(Target("")).Apply();
        work.PlansNothing();
        Assert.Equal(80, work.Values(One).GetProperty("port").GetInt32());
        string group = Text(work.Values(One), "target_group_id");
        work.Configure(Target("weight = 7\n  zone = \"a\"")).Apply();
        work.PlansNothing();
        work.Configure(Target("")).Apply();
        work.PlansNothing();
        await region.SendAsync(
            work.Key, "POST", $"/v1/target-groups/{group}/targets:deregister",
            """{"targets":[{"address":"10.9.0.1"}]}""");
        Assert.Contains("1 to add, 0 to change, 0 to destroy", work.Plan().Text, StringComparison.Ordinal);
        work.Apply();
        Lifecycle.Applies(work.Configure(Target("port = 8080")), 1, 0, 1);
        work.Run("state", "rm", One);
        work.Import(One, $"{group}/10.9.0.1:8080");
        work.PlansNothing();
        work.Destroy();
    }

    [Fact]
    public async Task Targets_are_a_groups_all_together()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        const string All = "hyperplane_targets.web";
        work.Configure(Targets("[for n in range(1, 4) : { address = \"10.9.0.${n}\", port = 80 }]")).Apply();
        work.PlansNothing();
        string group = Text(work.Values(All), "target_group_id");
        await region.SendAsync(
            work.Key, "POST", $"/v1/target-groups/{group}/targets", """{"targets":[{"address":"10.9.0.77"}]}""");
        Assert.Contains("0 to add, 1 to change, 0 to destroy", work.Plan().Text, StringComparison.Ordinal);
        work.Configure(Targets(
            """[{ address = "10.9.0.2", port = 80, weight = 5 }, { address = "10.9.0.4", port = 81, zone = "a" }]"""))
            .Apply();
        work.PlansNothing();
        work.Run("state", "rm", All);
        work.Import(All, group);
        work.PlansNothing();
        (int exit, string text) = work.Configure(Targets(
            """[{ address = "10.9.0.2", port = 80 }, { address = "10.9.0.2", port = 80, weight = 2 }]"""))
            .Try("plan", "-no-color");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, "10.9.0.2:80 is there more than once");
        work.Configure(Base).Apply();
        Assert.All(
            (await region.SendAsync(work.Key, "GET", $"/v1/target-groups/{group}/targets"))
                .GetProperty("items").EnumerateArray(),
            target => Assert.Equal("draining", target.GetProperty("state").GetString()));
        work.Destroy();
    }

    [Theory]
    [InlineData("", "Say target_group_id, or target_groups")]
    [InlineData("target_group_id = \"tg-1\"\n  allowed_cidrs = [\"10.0.0.1/24\"]", "has host bits")]
    [InlineData("target_group_id = \"tg-1\"\n  idle_timeout_seconds = 5", "no whole number from 60")]
    public async Task A_wrong_combination_is_told_by_a_plan(string body, string what)
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        (int exit, string text) = work.Configure(Listener(body)).Try("plan", "-no-color", "-input=false");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, what);
        Assert.Contains("on main.tf line", text, StringComparison.Ordinal);
    }

    /// <summary>The others of the configuration stay in the state.</summary>
    private static void ImportsTheSame(Workspace work)
    {
        JsonElement before = work.Values(Address);
        work.Run("state", "rm", Address);
        work.Import(Address, $"{Text(before, "load_balancer_id")}/{Text(before, "id")}");
        foreach (JsonProperty member in before.EnumerateObject().Where(one => one.Name != "timeouts"))
            Assert.Equal(member.Value.GetRawText(), work.Values(Address).GetProperty(member.Name).GetRawText());
        if (before.GetProperty("timeouts").ValueKind == JsonValueKind.Null)
            work.PlansNothing();
        else
            work.Apply();
    }

    private static string Text(JsonElement values, string name) => values.GetProperty(name).GetString()!;

    private static string Listener(string body, int port = 80) => Base + $$"""

        resource "hyperplane_listener" "web" {
          load_balancer_id = hyperplane_nlb.web.id
          protocol         = "TCP"
          port             = {{port}}
          {{body}}
        }
        """;

    private static string Target(string body) => Base + $$"""

        resource "hyperplane_target" "one" {
          target_group_id = hyperplane_target_group.web.id
          address         = "10.9.0.1"
          {{body}}
        }
        """;

    private static string Targets(string targets) => Base + $$"""

        resource "hyperplane_targets" "web" {
          target_group_id = hyperplane_target_group.web.id
          targets         = {{targets}}
        }
        """;
}
