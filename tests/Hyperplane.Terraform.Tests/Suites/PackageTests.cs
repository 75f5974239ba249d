using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary>What people get, installed as they install it.</summary>
public sealed class PackageTests(TerraformRegion region)
{
    [Fact]
    public async Task The_readmes_example_works_as_it_is_written()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(Lab.Region.Root, "README.md"));
        string example = readme.Split("cat >/tmp/web/main.tf <<'END'\n")[1].Split("\nEND\n")[0];
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        await File.WriteAllTextAsync(Path.Combine(work.Folder, "main.tf"), example);
        string said = work.Apply();
        Assert.Contains("4 added, 0 changed, 0 destroyed", said, StringComparison.Ordinal);
        work.PlansNothing();
        Assert.Equal(2, JsonElement.Parse(work.Run("output", "-json", "addresses")).GetArrayLength());
        work.Destroy();
    }

    [Fact]
    public async Task Terraform_installs_the_provider_from_the_mirror_that_is_packaged()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        string mirror = Path.Combine(work.Folder, "mirror");
        Command.Run(Path.Combine(Lab.Region.Root, "infra/package"), "--no-build", mirror);
        File.WriteAllText(Path.Combine(work.Folder, "terraformrc"), $$"""
            provider_installation {
              filesystem_mirror {
                path    = "{{mirror}}/terraform"
                include = ["hyperplane.local/*/*"]
              }
            }
            """);
        work.Configure("""
            resource "hyperplane_elastic_ip" "front" { zone = "a" }
            """).Run("init", "-input=false", "-no-color");
        work.Apply();
        work.PlansNothing();
        work.Destroy();
    }

    [Fact]
    public async Task Lbctl_of_the_package_does_the_same_with_NET_beside_it_and_without()
    {
        string folder = Directory.CreateTempSubdirectory("hppackage-").FullName;
        try
        {
            string key = await region.TenantAsync();
            Command.Run(Path.Combine(Lab.Region.Root, "infra/package"), "--no-build", folder);
            foreach (string program in new[] { "lbctl/lbctl", "lbctl-linux-x64" })
            {
                string Lbctl(params string[] words) => Command.Run(
                    Path.Combine(folder, program), [.. words, "--endpoint", region.ApiUrl, "--key", key]);

                Assert.Contains("web", Lbctl("nlb", "create", "web", "--zones", "a,b"), StringComparison.Ordinal);
                Assert.Equal("web\n", Lbctl("nlb", "list", "--query", "items[].name"));
                Assert.Contains("name: web", Lbctl("nlb", "get", "web", "-o", "yaml"), StringComparison.Ordinal);
                Assert.Contains("deleted", Lbctl("nlb", "delete", "web"), StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
