using System.Text.Json;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary><c>hyperplane_nlb</c> from its first apply to its end.</summary>
public sealed class NlbTests(TerraformRegion region)
{
    private const string Address = "hyperplane_nlb.web";

    [Fact]
    public async Task A_load_balancer_lives_and_changes_as_it_is_said()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = {} }")).Apply();
        work.PlansNothing();
        JsonElement first = work.Values(Address);
        Lifecycle.ImportsTheSame(work, Address, first.GetProperty("id").GetString()!);

        foreach (string change in (string[])
        [
            "zones = { a = {}, b = {} }",
            """
            zones           = { a = {}, b = {} }
            ip_address_type = "dualstack"
            """,
            """
            zones           = { a = {} }
            ip_address_type = "dualstack"
            cross_zone      = true
            zonal_shift     = true
            flow_log        = true
            tags            = { team = "shop", stage = "test" }
            timeouts        = { create = "1m", update = "1m", delete = "1m" }
            """,
            """
            zones = { a = {} }
            tags  = { team = "bank" }
            """,
        ])
        {
            Lifecycle.Applies(work.Configure(Nlb(change)), 0, 1, 0);
            Assert.Equal(first.GetProperty("id").GetString(), work.Values(Address).GetProperty("id").GetString());
        }

        Lifecycle.Applies(work.Configure(Nlb("zones = { a = {} }", name: "other")), 1, 0, 1);
        work.Destroy();
        Assert.Equal(0, (await region.SendAsync(work.Key, "GET", "/v1/load-balancers"))
            .GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task One_that_was_deleted_behind_Terraforms_back_is_made_again()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = {} }")).Apply();
        string id = work.Values(Address).GetProperty("id").GetString()!;
        await region.SendAsync(work.Key, "DELETE", $"/v1/load-balancers/{id}");
        Assert.Contains("1 to add", work.Plan().Text, StringComparison.Ordinal);
        work.Apply();
        Assert.NotEqual(id, work.Values(Address).GetProperty("id").GetString());
        work.Destroy();
    }

    [Fact]
    public async Task What_somebody_else_changed_is_changed_back()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = {} }")).Apply();
        string id = work.Values(Address).GetProperty("id").GetString()!;
        await region.SendAsync(
            work.Key, "PATCH", $"/v1/load-balancers/{id}",
            """{"tags":{"by":"hand"},"attributes":{"flow_log.enabled":"true"}}""");
        Assert.Contains("0 to add, 1 to change, 0 to destroy", work.Plan().Text, StringComparison.Ordinal);
        work.Apply();
        work.PlansNothing();
        Assert.Empty((await region.SendAsync(work.Key, "GET", $"/v1/load-balancers/{id}"))
            .GetProperty("tags").EnumerateObject());
        work.Destroy();
    }

    [Fact]
    public async Task A_protected_one_is_not_deleted_and_the_error_says_what_to_do()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = {} }\n  deletion_protection = true")).Apply();
        (int exit, string text) = work.Try("destroy", "-auto-approve", "-no-color");
        Assert.Equal(1, exit);
        Assert.Contains("Deletion protection is on", text, StringComparison.Ordinal);
        Assert.Contains("deletion_protection", text, StringComparison.Ordinal);
        work.Configure(Nlb("zones = { a = {} }")).Apply();
        work.Destroy();
    }

    [Fact]
    public async Task The_providers_tags_are_on_it_and_its_own_win()
    {
        const string Provider = "default_tags = { team = \"platform\", by = \"terraform\" }";
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = {} }\n  tags = { team = \"shop\" }"), Provider).Apply();
        work.PlansNothing();
        JsonElement values = work.Values(Address);
        Assert.Equal("""{"team":"shop"}""", values.GetProperty("tags").GetRawText());
        Assert.Equal("""{"by":"terraform","team":"shop"}""", values.GetProperty("tags_all").GetRawText());
        Lifecycle.ImportsTheSame(work, Address, values.GetProperty("id").GetString()!);
        work.Configure(Nlb("zones = { a = {} }"), Provider).Apply();
        work.PlansNothing();
        Assert.Equal("platform", work.Values(Address).GetProperty("tags_all").GetProperty("team").GetString());
        work.Destroy();
    }

    [Fact]
    public async Task It_takes_an_elastic_IP_and_is_found_by_data_sources()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Nlb("zones = { a = { elastic_ip = hyperplane_elastic_ip.front.id } }") + """

            resource "hyperplane_elastic_ip" "front" {
              zone = "a"
              name = "front"
            }
            data "hyperplane_nlb" "by_name" {
              name       = "web"
              depends_on = [hyperplane_nlb.web]
            }
            data "hyperplane_nlbs" "all" { depends_on = [hyperplane_nlb.web] }
            data "hyperplane_nlbs" "none" {
              tags       = { team = "bank" }
              depends_on = [hyperplane_nlb.web]
            }
            output "count" { value = length(data.hyperplane_nlbs.none.items) }
            data "hyperplane_elastic_ip" "by_id" { id = hyperplane_elastic_ip.front.id }
            output "addresses" {
              value = [
                hyperplane_elastic_ip.front.address, hyperplane_nlb.web.zones["a"].address,
                data.hyperplane_nlb.by_name.zones["a"].address, data.hyperplane_elastic_ip.by_id.address,
                data.hyperplane_nlbs.all.items[0].zones["a"].address,
              ]
            }
            """).Apply();
        work.PlansNothing();
        Assert.Single(JsonElement.Parse(work.Run("output", "-json", "addresses")).EnumerateArray()
            .Select(one => one.GetString()).Distinct());
        Assert.Equal("0", work.Run("output", "-json", "count").Trim());
        work.Destroy();
    }

    [Theory]
    [InlineData("zones = { a = { address = \"198.18.0.9\", elastic_ip = \"eip-1\" } }", "leave address out")]
    [InlineData("zones = {}", "one zone at least")]
    [InlineData("zones = { a = { ipv6_address = \"fd00::9\" } }", "dualstack")]
    [InlineData("zones = { a = {} }\n  scheme = \"secret\"", "none of")]
    [InlineData("zones = { a = { address = \"nowhere\" } }", "no IP address")]
    [InlineData("zones = { a = { address = \"198.18.0\" } }", "must be written as")]
    [InlineData("zones = { a = {} }\n  timeouts = { create = \"soon\" }", "no duration")]
    public async Task A_wrong_combination_is_told_by_a_plan(string body, string what)
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        (int exit, string text) = work.Configure(Nlb(body)).Try("plan", "-no-color", "-input=false");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, what);
        Assert.Contains("on main.tf line", text, StringComparison.Ordinal);
    }

    private static string Nlb(string body, string name = "web") => $$"""
        resource "hyperplane_nlb" "web" {
          name = "{{name}}"
          {{body}}
        }
        """;
}
