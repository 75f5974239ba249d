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
        Assert.NotEmpty(Command.Run(Path.Combine(mirror, "lbctl/lbctl"), "--help"));
    }
}
