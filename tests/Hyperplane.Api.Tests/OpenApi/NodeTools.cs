using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.OpenApi;

/// <summary>Tools from npm, installed beside the other build products; the lock of their folder says exactly
/// what.</summary>
internal sealed class NodeTools
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private NodeTools(string folder) => Folder = folder;

    /// <summary>Where they are installed, with all files of their folder.</summary>
    public string Folder { get; }

    /// <summary>Copies a folder beside this file and installs what its lock names; skips the test without
    /// Node.js.</summary>
    public static NodeTools Install(string name)
    {
        Assert.SkipUnless(NodeMajor() >= 18, "needs Node.js 18 or later with npm");
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Hyperplane.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("not inside the repository");
        string source = Path.Combine(root, "tests", "Hyperplane.Api.Tests", "OpenApi", name);
        string target = Directory.CreateDirectory(Path.Combine(root, "artifacts", $"openapi-{name}")).FullName;
        string installed = Path.Combine(target, "installed.json");
        string wanted = File.ReadAllText(Path.Combine(source, "package-lock.json"));
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        if (!File.Exists(installed) || File.ReadAllText(installed) != wanted)
        {
            (int exitCode, string output, string error) =
                Command.Try(Deadline, "npm", "ci", "--prefix", target, "--ignore-scripts");
            Assert.True(exitCode == 0, output + error);
            File.WriteAllText(installed, wanted);
        }

        return new NodeTools(target);
    }

    /// <summary>Writes the API's document there; its path.</summary>
    public async Task<string> DocumentAsync()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string document = Path.Combine(Folder, "openapi.json");
        await File.WriteAllTextAsync(
            document, (await host.SendAsync("GET", "/openapi/v1.json", key: null)).Body.GetRawText());
        return document;
    }

    /// <summary>Runs one of them; it must find nothing wrong.</summary>
    public void Run(string tool, params string[] arguments)
    {
        (int exitCode, string output, string error) = Command.Try(
            Deadline,
            "env",
            [
                "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true",
                Path.Combine(Folder, "node_modules", ".bin", tool), .. arguments,
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
