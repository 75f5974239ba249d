using Hyperplane.Lab;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary>What people get, installed as they install it.</summary>
public sealed class PackageTests(TerraformRegion region)
{
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
