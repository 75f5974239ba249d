using System.Text;
using System.Text.Json.Nodes;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Tests.Configuration;

/// <summary>The documented example, whole or with something changed.</summary>
internal static class Sample
{
    /// <summary>Where <c>infra/docs</c> is.</summary>
    public static string Docs { get; } = FindDocs();

    public static string File => Path.Combine(Docs, "hpdp.example.json");

    public static HpdpConfig Config => ConfigReader.ReadFile(File);

    public static JsonObject Json => JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    /// <summary>What is said about the example after a change.</summary>
    public static IReadOnlyList<string> ErrorsAfter(Action<JsonObject> change)
    {
        JsonObject json = Json;
        change(json);
        return Errors(json.ToJsonString());
    }

    public static IReadOnlyList<string> Errors(string text) => ConfigReader.Read(Encoding.UTF8.GetBytes(text)).Errors;

    private static string FindDocs()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "Hyperplane.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("no Hyperplane.sln above"), "infra", "docs");
    }
}
