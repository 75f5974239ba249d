using System.Text.Json;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary><c>hyperplane_elastic_ip</c> from its first apply to its end.</summary>
public sealed class ElasticIpTests(TerraformRegion region)
{
    [Fact]
    public async Task An_elastic_IP_lives_and_changes_as_it_is_said()
    {
        const string Address = "hyperplane_elastic_ip.front";
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(ElasticIp("")).Apply();
        work.PlansNothing();
        JsonElement first = work.Values(Address);
        Lifecycle.ImportsTheSame(work, Address, first.GetProperty("id").GetString()!);
        Lifecycle.Applies(work.Configure(ElasticIp("tags = { team = \"shop\" }")), 0, 1, 0);
        Lifecycle.Applies(work.Configure(ElasticIp("name = \"front\"")), 1, 0, 1);
        string id = work.Values(Address).GetProperty("id").GetString()!;
        await region.SendAsync(work.Key, "DELETE", $"/v1/elastic-ips/{id}");
        Assert.Contains("1 to add, 0 to change, 0 to destroy", work.Plan().Text, StringComparison.Ordinal);
        work.Apply();
        work.PlansNothing();
        work.Destroy();
    }

    private static string ElasticIp(string body) => $$"""
        resource "hyperplane_elastic_ip" "front" {
          zone = "a"
          {{body}}
        }
        """;
}
