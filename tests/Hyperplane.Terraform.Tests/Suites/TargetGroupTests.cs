using System.Text.Json;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary><c>hyperplane_target_group</c> from its first apply to its end.</summary>
public sealed class TargetGroupTests(TerraformRegion region)
{
    private const string Address = "hyperplane_target_group.web";

    [Fact]
    public async Task A_target_group_lives_and_changes_as_it_is_said()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Group("")).Apply();
        work.PlansNothing();
        JsonElement first = work.Values(Address);
        Assert.Equal(10, first.GetProperty("health_check").GetProperty("timeout_seconds").GetInt32());
        Lifecycle.ImportsTheSame(work, Address, first.GetProperty("id").GetString()!);

        foreach (string change in (string[])
        [
            "health_check = { protocol = \"HTTP\" }",
            """
            health_check = {
              protocol            = "HTTPS"
              port                = 9443
              path                = "/ready"
              interval_seconds    = 5
              timeout_seconds     = 4
              healthy_threshold   = 3
              unhealthy_threshold = 4
              matcher             = "204"
            }
            """,
            "health_check = { interval_seconds = 6 }",
            """
            deregistration_delay_seconds     = 20
            algorithm                        = "least_flows"
            cross_zone                       = "true"
            minimum_healthy_targets          = 2
            minimum_healthy_percentage       = 50
            connection_termination           = true
            unhealthy_connection_termination = true
            unhealthy_draining_seconds       = 0
            proxy_protocol_v2                = true
            tags                             = { team = "shop" }
            """,
            """
            forwarding_mode    = "dsr"
            encapsulation      = "vxlan"
            encapsulation_port = 4790
            network_id         = 7
            """,
            "forwarding_mode = \"dsr\"",
            """
            forwarding_mode = "dsr"
            encapsulation   = "gre"
            network_id      = 7
            """,
            "",
        ])
        {
            Lifecycle.Applies(work.Configure(Group(change)), 0, 1, 0);
            Assert.Equal(first.GetProperty("id").GetString(), work.Values(Address).GetProperty("id").GetString());
        }

        Assert.Equal(
            first.GetProperty("health_check").GetRawText(),
            work.Values(Address).GetProperty("health_check").GetRawText());
        Lifecycle.Applies(work.Configure(Group("", port: 81)), 1, 0, 1);
        work.Destroy();
    }

    [Fact]
    public async Task One_that_was_deleted_behind_Terraforms_back_is_made_again()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Group("")).Apply();
        string id = work.Values(Address).GetProperty("id").GetString()!;
        await region.SendAsync(work.Key, "DELETE", $"/v1/target-groups/{id}");
        work.Apply();
        Assert.NotEqual(id, work.Values(Address).GetProperty("id").GetString());
        work.PlansNothing();
        work.Destroy();
    }

    [Fact]
    public async Task One_that_is_there_already_is_not_taken_over_but_imported()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Group("")).Apply();
        string id = work.Values(Address).GetProperty("id").GetString()!;
        work.Forget();
        (int exit, string text) = work.Try("apply", "-auto-approve", "-no-color");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, $"terraform import hyperplane_target_group.NAME {id}");
        work.Import(Address, id);
        work.PlansNothing();
        work.Destroy();
    }

    [Theory]
    [InlineData("health_check = { path = \"/\" }", "Only a check with protocol")]
    [InlineData("health_check = { interval_seconds = 5, timeout_seconds = 6 }", "at most its interval_seconds")]
    [InlineData("health_check = { interval_seconds = 1.5 }", "no whole number")]
    [InlineData("encapsulation = \"gue\"", "Only forwarding_mode = \"dsr\"")]
    [InlineData("forwarding_mode = \"dsr\"\n  proxy_protocol_v2 = true", "Only TCP groups")]
    [InlineData("endpoint_weight = true", "HTTP and HTTPS checks")]
    [InlineData("algorithm = \"random\"", "none of")]
    public async Task A_wrong_combination_is_told_by_a_plan(string body, string what)
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        (int exit, string text) = work.Configure(Group(body)).Try("plan", "-no-color", "-input=false");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, what);
        Assert.Contains("on main.tf line", text, StringComparison.Ordinal);
    }

    private static string Group(string body, int port = 80) => $$"""
        resource "hyperplane_target_group" "web" {
          name     = "web"
          protocol = "TCP"
          port     = {{port}}
          {{body}}
        }
        """;
}
