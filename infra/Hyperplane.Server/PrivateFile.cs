namespace Hyperplane.Server;

/// <summary>Files with secrets.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>What is wrong with who may read a file; null when nothing is, or there is none.</summary>
    public static string? Complaint(string path) =>
        File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None
            ? $"{path} must belong to its owner alone; chmod 600 {path}"
            : null;
}
