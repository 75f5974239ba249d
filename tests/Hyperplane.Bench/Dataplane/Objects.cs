namespace Hyperplane.Bench.Dataplane;

/// <summary>The compiled BPF objects of this checkout.</summary>
internal static class Objects
{
    /// <summary>The place of one of them.</summary>
    public static string Path(string name)
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory, "artifacts/bpf", name)))
            directory = System.IO.Path.GetDirectoryName(directory);
        return directory is null
            ? throw new InvalidOperationException($"artifacts/bpf/{name} is missing: build the dataplane")
            : System.IO.Path.Combine(directory, "artifacts/bpf", name);
    }
}
