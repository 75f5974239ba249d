using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.OpenApi;

/// <summary>Two linters that nobody here wrote find nothing to say about the OpenAPI document.</summary>
public sealed class LintTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Redocly_and_Spectral_have_no_findings()
    {
        Assert.SkipUnless(NodeMajor() >= 18, "needs Node.js 18 or later with npm");
        string folder = Install();
        await using ApiHost host = await ApiHost.StartAsync();
        string document = Path.Combine(folder, "openapi.json");
        await File.WriteAllTextAsync(
            document, (await host.SendAsync("GET", "/openapi/v1.json", key: null)).Body.GetRawText());

        Run(folder, "redocly", "lint", "--extends", "recommended-strict", document);
        Run(folder, "spectral", "lint", "--fail-severity", "hint", "--ruleset", Path.Combine(folder, ".spectral.yaml"),
            document);
    }

    /// <summary>Installs the linters beside the other build products; the lock says exactly what.</summary>
    private static string Install()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Hyperplane.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("not inside the repository");
        string source = Path.Combine(root, "tests", "Hyperplane.Api.Tests", "OpenApi", "lint");
        string target = Directory.CreateDirectory(Path.Combine(root, "artifacts", "openapi-lint")).FullName;
        string installed = Path.Combine(target, "installed.json");
        string wanted = File.ReadAllText(Path.Combine(source, "package-lock.json"));
        foreach (string file in (string[])["package.json", "package-lock.json", ".npmrc", ".spectral.yaml"])
            File.Copy(Path.Combine(source, file), Path.Combine(target, file), overwrite: true);
        if (!File.Exists(installed) || File.ReadAllText(installed) != wanted)
        {
            (int exitCode, string output, string error) =
                Command.Try(Deadline, "npm", "ci", "--prefix", target, "--ignore-scripts");
            Assert.True(exitCode == 0, output + error);
            File.WriteAllText(installed, wanted);
        }

        return target;
    }

    private static void Run(string folder, string tool, params string[] arguments)
    {
        (int exitCode, string output, string error) = Command.Try(
            Deadline,
            "env",
            [
                "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true",
                Path.Combine(folder, "node_modules", ".bin", tool), .. arguments,
            ]);
        Assert.True(exitCode == 0, $"{tool}: {output}{error}");
    }

    private static int NodeMajor()
    {
        bool there = Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(p => File.Exists(Path.Combine(p, "node")) && File.Exists(Path.Combine(p, "npm")));
        return there ? int.Parse(Command.Run("node", "--version").TrimStart('v').Split('.')[0]) : 0;
    }
}
