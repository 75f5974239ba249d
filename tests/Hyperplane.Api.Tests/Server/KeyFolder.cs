using Hyperplane.Lab;

namespace Hyperplane.Api.Tests.Server;

/// <summary>A folder of a test with key files that only their owner may read.</summary>
internal sealed class KeyFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpapi-");

    public string Path => _folder.FullName;

    /// <summary>Writes a key with mode 0600 and gives its path.</summary>
    public string Write(string name, string key, string mode = "600")
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, key);
        Command.Run("chmod", mode, path);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
