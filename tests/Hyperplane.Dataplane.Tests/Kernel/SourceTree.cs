namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Where the checkout is that these tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Hyperplane.sln")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("no Hyperplane.sln above the tests");
    }
}
