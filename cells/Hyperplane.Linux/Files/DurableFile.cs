using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hyperplane.Linux.Files;

/// <summary>Replaces files so that a crash at any moment leaves the old content or the new one, never a
/// mixture.</summary>
public static partial class DurableFile
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;

    /// <summary>Writes the parts to a temporary file beside <paramref name="path"/>, syncs it, renames it, syncs the
    /// directory.</summary>
    /// <exception cref="IOException">Disk full, read-only, gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public static void Replace(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) =>
        Replace(path, mode: null, parts);

    /// <summary>The same, for the file's owner alone from the first byte on.</summary>
    /// <exception cref="IOException">Disk full, read-only, gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public static void ReplaceSecret(string path, ReadOnlyMemory<byte> content) =>
        Replace(path, UnixFileMode.UserRead | UnixFileMode.UserWrite, content);

    private static void Replace(string path, UnixFileMode? mode, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        string temporary = path + ".new";
        // A file that a crash left would keep its mode.
        if (mode is not null)
            File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var stream = new FileStream(temporary, options))
        {
            foreach (ReadOnlyMemory<byte> part in parts)
                stream.Write(part.Span);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
    }

    private static void SyncDirectory(string path)
    {
        using SafeFileHandle directory = OpenDirectory(path, ReadOnlyDirectoryCloseOnExec);
        if (directory.IsInvalid || Sync(directory) != 0)
            throw new IOException($"sync of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
