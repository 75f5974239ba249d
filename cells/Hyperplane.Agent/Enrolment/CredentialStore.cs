using Hyperplane.Linux.Files;

namespace Hyperplane.Agent.Enrolment;

/// <summary>The node's credentials on disk, for its owner alone.</summary>
internal sealed class CredentialStore(string directory)
{
    private const int MaxBytes = 64 * 1024;
    private readonly string _path = Path.Combine(directory, "identity.pem");

    /// <summary>What was kept; null when nothing was, and a reason when it cannot be used.</summary>
    public (NodeCredentials? Credentials, string? Problem) Read()
    {
        try
        {
            var file = new FileInfo(_path);
            if (!file.Exists)
                return (null, null);
            NodeCredentials? read = file.Length > MaxBytes
                ? null
                : NodeCredentials.FromFile(File.ReadAllBytes(_path));
            return read is null ? (null, $"{_path} is damaged") : (read, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Replaces what was kept.</summary>
    /// <exception cref="IOException">Disk full, read-only, gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public void Write(NodeCredentials credentials)
    {
        Directory.CreateDirectory(directory);
        DurableFile.ReplaceSecret(_path, credentials.ToFile());
    }
}
