using System.Xml.Linq;

namespace Hyperplane.Architecture.Tests;

/// <summary>Every csproj of the repository and what it refers to, read as text.</summary>
internal static class ProjectGraph
{
    public static string Root { get; } = FindRoot();

    /// <summary>By path relative to the root; the room is the first segment.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> References { get; } = Read();

    public static string Room(string project) => project.Split('/')[0];

    public static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static Dictionary<string, IReadOnlyList<string>> Read()
    {
        string[] rooms = ["api", "controller", "cells", "dataplane", "tests", "infra"];
        var graph = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (string file in rooms.SelectMany(room =>
            Directory.GetFiles(Path.Combine(Root, room), "*.csproj", SearchOption.AllDirectories)))
        {
            string folder = Path.GetDirectoryName(file)!;
            graph[Relative(file)] = XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value)
                .Select(include => Relative(Path.GetFullPath(Path.Combine(folder, include))))
                .ToList();
        }

        return graph;
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hyperplane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Hyperplane.sln is not above the test's folder");
    }
}
