using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Terraform.Tests.Region;

/// <summary>A folder with a configuration, and Terraform's own program with the provider's over it.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("hptf-").FullName;
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    /// <summary>Without a configuration.</summary>
    public Workspace(string endpoint, string key)
    {
        Endpoint = endpoint;
        Key = key;
        File.WriteAllText(Path.Combine(_folder, "terraformrc"), $$"""
            provider_installation {
              dev_overrides { "hyperplane.local/hyperplane/hyperplane" = "{{Path.GetDirectoryName(Program)}}" }
              direct {}
            }
            """);
        _environment["TF_CLI_CONFIG_FILE"] = Path.Combine(_folder, "terraformrc");
        _environment["CHECKPOINT_DISABLE"] = "1";
        _environment["TF_IN_AUTOMATION"] = "1";
        _environment["TF_DATA_DIR"] = Path.Combine(_folder, "data");
    }

    /// <summary>The provider as it is delivered.</summary>
    public static string Program { get; } = Path.Combine(
        Lab.Region.Root, "artifacts/publish/Hyperplane.Terraform/release_linux-x64/terraform-provider-hyperplane");

    /// <summary>The folder itself.</summary>
    public string Folder => _folder;

    private static bool HasTerraform { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "terraform")));

    /// <summary>The API's address.</summary>
    public string Endpoint { get; set; }

    /// <summary>The API's key.</summary>
    public string Key { get; set; }

    /// <summary>Writes the configuration; the provider's block is given.</summary>
    public Workspace Configure(string hcl, string provider = "")
    {
        File.WriteAllText(Path.Combine(_folder, "main.tf"), $$"""
            terraform {
              required_providers {
                hyperplane = { source = "hyperplane.local/hyperplane/hyperplane" }
              }
            }
            provider "hyperplane" {
              {{provider}}
            }
            {{hcl}}
            """);
        return this;
    }

    /// <summary>Forgets what Terraform knows, not what is there.</summary>
    public void Forget() => File.Delete(Path.Combine(_folder, "terraform.tfstate"));

    /// <summary>Makes it so.</summary>
    public string Apply() => Run("apply", "-auto-approve", "-input=false", "-no-color");

    /// <summary>Removes all.</summary>
    public string Destroy() => Run("destroy", "-auto-approve", "-input=false", "-no-color");

    /// <summary>Takes over what is there.</summary>
    public string Import(string address, string id) => Run("import", "-input=false", "-no-color", address, id);

    /// <summary>What would change; fails on errors.</summary>
    public (bool IsEmpty, string Text) Plan()
    {
        (int exit, string text) = Try("plan", "-detailed-exitcode", "-input=false", "-no-color");
        Assert.True(exit is 0 or 2, text);
        return (exit == 0, text);
    }

    /// <summary>Nothing would change, in the resources nor in the outputs.</summary>
    public void PlansNothing()
    {
        (bool isEmpty, string text) = Plan();
        Assert.True(isEmpty, text);
    }

    /// <summary>The values of a resource in the state.</summary>
    public JsonElement Values(string address)
    {
        JsonElement shown = JsonElement.Parse(Run("show", "-json"));
        JsonElement root = shown.GetProperty("values").GetProperty("root_module");
        return root.GetProperty("resources").EnumerateArray()
            .Single(one => one.GetProperty("address").GetString() == address).GetProperty("values");
    }

    /// <summary>What a command says; fails unless it succeeds.</summary>
    public string Run(params string[] arguments)
    {
        (int exit, string text) = Try(arguments);
        Assert.True(exit == 0, $"terraform {string.Join(' ', arguments)}: exit {exit}\n{text}");
        return text;
    }

    /// <summary>What a command says and how it ends.</summary>
    public (int ExitCode, string Text) Try(params string[] arguments)
    {
        Assert.True(HasTerraform, "terraform is not on PATH: infra/setup says what to install");
        (int exit, string output, string error) = Command.Finish(Start(arguments), Limit);
        return (exit, error.Length == 0 ? output : $"{output}\n{error}");
    }

    /// <summary>A command whose end the caller sees to.</summary>
    public Process Start(params string[] arguments)
    {
        ProcessStartInfo info = Command.Describe("terraform", arguments);
        info.WorkingDirectory = _folder;
        foreach ((string name, string value) in _environment)
            info.Environment[name] = value;
        info.Environment["HYPERPLANE_ENDPOINT"] = Endpoint;
        info.Environment["HYPERPLANE_KEY"] = Key;
        return Process.Start(info)!;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
