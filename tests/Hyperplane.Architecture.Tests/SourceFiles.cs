using System.Text.RegularExpressions;

namespace Hyperplane.Architecture.Tests;

/// <summary>What every source file keeps to.</summary>
public sealed partial class SourceFiles
{
    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Assert.DoesNotContain(Sources("*.cs", "*.c", "*.h"), file => File.ReadLines(file).Count() > 400);

    [Fact]
    public void No_line_is_longer_than_120_columns() =>
        Assert.Empty(
            from file in Sources("*.cs", "*.c", "*.h")
            from line in File.ReadLines(file).Select((text, index) => (text, index))
            where line.text.Replace("\t", "    ", StringComparison.Ordinal).Length > 120
            select $"{file}:{line.index + 1}");

    [Fact]
    public void Unsafe_code_lives_in_the_dataplane_and_one_interop_project()
    {
        string[] allowed = ["dataplane/", "cells/Hyperplane.Linux/", "tests/"];
        Assert.Empty(
            from file in Sources("*.cs")
            let path = Path.GetRelativePath(ProjectGraph.Root, file)
            where !allowed.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))
                && UnsafeWord().IsMatch(File.ReadAllText(file))
            select path);
    }

    [Fact]
    public void No_folder_is_a_drawer_for_odds_and_ends() =>
        Assert.DoesNotContain(Sources("*.cs"), file => DrawerFolder().IsMatch(file));

    private static IEnumerable<string> Sources(params string[] patterns) =>
        from room in new[] { "api", "controller", "cells", "dataplane", "tests", "infra" }
        from pattern in patterns
        from file in Directory.EnumerateFiles(
            Path.Combine(ProjectGraph.Root, room), pattern, SearchOption.AllDirectories)
        where !file.Contains("/node_modules/", StringComparison.Ordinal)
            && !file.Contains("/obj/", StringComparison.Ordinal)
        select file;

    [GeneratedRegex(
        @"\bunsafe\b(?! code)|LibraryImport|DllImport", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(
        "/(Helpers?|Utils?|Utilities|Common|Misc|Shared)/",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DrawerFolder();
}
