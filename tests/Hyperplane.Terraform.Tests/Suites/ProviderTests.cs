using System.Diagnostics;
using Hyperplane.Lab;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Suites;

/// <summary>What the provider itself says and does.</summary>
public sealed class ProviderTests(TerraformRegion region)
{
    private const string Config = """
        data "hyperplane_nlb" "web" { name = "web" }
        """;

    [Fact]
    public void A_wrong_key_is_told()
    {
        using var work = new Workspace(region.ApiUrl, "a-key-that-nobody-gave");
        Refused(work.Configure(Config), "The API does not know the key");
    }

    [Fact]
    public async Task An_API_that_is_away_is_told()
    {
        using var work = new Workspace("http://127.0.0.1:9", await region.TenantAsync());
        Refused(work.Configure(Config), "The API at http://127.0.0.1:9/ cannot be reached");
    }

    [Theory]
    [InlineData("endpoint = \"hyperplane\"", "is not an address of the API")]
    [InlineData("ca_file = \"/nowhere.pem\"", "/nowhere.pem cannot be read")]
    public void A_wrong_configuration_is_told_where_it_is(string body, string what)
    {
        using var work = new Workspace(region.ApiUrl, "key");
        Refused(work.Configure(Config, body), what, "in provider \"hyperplane\"");
    }

    [Fact]
    public async Task It_speaks_TLS_with_an_API_of_the_authorities_in_the_CA_file_and_no_other()
    {
        using var work = new Workspace(region.TlsUrl, await region.TenantAsync());
        Refused(work.Configure(Config), "is not trusted", "ca_file");
        work.Configure("""
            resource "hyperplane_elastic_ip" "front" { zone = "a" }
            """, $"ca_file = \"{region.CaFile}\"").Apply();
        work.PlansNothing();
        work.Destroy();
    }

    [Fact]
    public async Task What_is_not_active_in_time_is_kept_and_the_error_says_why()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Silent("timeouts = { create = \"2s\" }"));
        (int exit, string text) = work.Try("apply", "-auto-approve", "-no-color");
        Assert.Equal(1, exit);
        Lifecycle.Says(text, "is pending after 2 s");
        Lifecycle.Says(text, "of zone silent");
        Assert.Contains("hyperplane_nlb.web", work.Run("state", "list"), StringComparison.Ordinal);
        work.Destroy();
    }

    [Fact]
    public async Task A_wait_ends_when_Terraform_is_interrupted()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        work.Configure(Silent(""));
        using Process apply = work.Start("apply", "-auto-approve", "-no-color");
        string? line;
        while ((line = await apply.StandardOutput.ReadLineAsync()) is not null)
        {
            if (line.Contains("hyperplane_nlb.web: Creating...", StringComparison.Ordinal))
                break;
        }

        Assert.NotNull(line);
        Command.Run("kill", "-INT", $"{apply.Id}");
        (int exit, string output, string error) = Command.Finish(apply, TimeSpan.FromSeconds(20));
        Assert.Equal(1, exit);
        Lifecycle.Says(output + error, "Interrupted");
        work.Destroy();
    }

    [Fact]
    public async Task What_is_not_there_is_told_by_a_data_source()
    {
        using var work = new Workspace(region.ApiUrl, await region.TenantAsync());
        Refused(work.Configure(Config), "There is no load balancer web");
    }

    [Fact]
    public void Started_by_hand_it_says_what_it_is()
    {
        (int exit, string output, string error) = Command.Try(TimeSpan.FromSeconds(10), Workspace.Program);
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("Terraform starts it", error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_with_who_started_it_and_leaves_nothing()
    {
        string folder = Directory.CreateTempSubdirectory("hptf-").FullName;
        try
        {
            // The shell in between ends at once, and the provider has no parent that it knows.
            ProcessStartInfo info = Command.Describe(
                "sh", "-c", $"{Workspace.Program} >{folder}/line 2>/dev/null & echo $!; sleep 1");
            info.Environment["TF_PLUGIN_MAGIC_COOKIE"] =
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
            info.Environment["TMPDIR"] = folder;
            (int exit, string output, _) = Command.Finish(Process.Start(info)!, TimeSpan.FromSeconds(10));
            Assert.Equal(0, exit);
            Assert.StartsWith("1|6|unix|", File.ReadAllText($"{folder}/line"), StringComparison.Ordinal);
            using Process provider = Process.GetProcessById(int.Parse(output, null));
            Assert.True(provider.WaitForExit(TimeSpan.FromSeconds(15)), "it is still there");
            Assert.Equal([$"{folder}/line"], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Silent(string body) => $$"""
        resource "hyperplane_nlb" "web" {
          name  = "web"
          zones = { silent = {} }
          {{body}}
        }
        """;

    private static void Refused(Workspace work, params string[] said)
    {
        (int exit, string text) = work.Try("plan", "-no-color", "-input=false");
        Assert.Equal(1, exit);
        Assert.All(said, one => Lifecycle.Says(text, one));
    }
}
