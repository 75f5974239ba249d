using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hyperplane.Linux.Files;

namespace Hyperplane.Agent.Snapshots;

/// <summary>The last good snapshot and the fence on disk: what lets a node start without controller or
/// database.</summary>
/// <remarks><c>snapshot</c>: "HPSNAP01", length of the body (8 bytes, little endian), SHA-256 of the body, body.
/// <c>fence</c>: the highest accepted version in decimal, a space, the first 16 hex digits of its SHA-256.
/// Both are replaced by rename, the fence first, so a crash leaves a fence that is at least as high as the
/// snapshot.</remarks>
public sealed class SnapshotStore
{
    private const int HeaderBytes = 8 + 8 + SnapshotLimits.HashBytes;
    private readonly string _snapshotPath;
    private readonly string _fencePath;

    /// <summary>Uses a directory, which it makes (readable by its user alone) when it is not there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to make it.</exception>
    public SnapshotStore(string directory)
    {
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _snapshotPath = Path.Combine(directory, "snapshot");
        _fencePath = Path.Combine(directory, "fence");
    }

    private static ReadOnlySpan<byte> Magic => "HPSNAP01"u8;

    /// <summary>Keeps a snapshot in place of the last one.</summary>
    /// <exception cref="IOException">Disk full, read-only, gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there.</exception>
    public void Save(SnapshotBody body, ulong highestVersion)
    {
        string version = highestVersion.ToString(CultureInfo.InvariantCulture);
        DurableFile.Replace(_fencePath, Encoding.ASCII.GetBytes($"{version} {FenceProof(version)}\n"));
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), body.Bytes.Length);
        body.Hash.Span.CopyTo(header.AsSpan(16));
        DurableFile.Replace(_snapshotPath, header, body.Bytes);
    }

    /// <summary>The snapshot kept last; both null when there is none, an error when it is damaged.</summary>
    public (SnapshotBody? Body, string? Error) Load()
    {
        byte[] file;
        try
        {
            var info = new FileInfo(_snapshotPath);
            if (!info.Exists)
                return (null, null);
            if (info.Length is < HeaderBytes or > HeaderBytes + SnapshotLimits.TotalBytes)
                return (null, $"{_snapshotPath}: {info.Length} bytes cannot be a snapshot");
            file = File.ReadAllBytes(_snapshotPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"{_snapshotPath}: {e.Message}");
        }

        if (file.Length < HeaderBytes || !file.AsSpan(0, 8).SequenceEqual(Magic))
            return (null, $"{_snapshotPath}: not a snapshot");
        ReadOnlyMemory<byte> bytes = file.AsMemory(HeaderBytes);
        if (BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(8)) != bytes.Length)
            return (null, $"{_snapshotPath}: {bytes.Length} bytes of body are not what its header says");
        byte[] hash = SHA256.HashData(bytes.Span);
        return file.AsSpan(16, SnapshotLimits.HashBytes).SequenceEqual(hash)
            ? (new SnapshotBody(null, hash, bytes), null)
            : (null, $"{_snapshotPath}: its content does not have the hash of its header");
    }

    /// <summary>The highest version this node accepted; 0 when none is known, with an error when the file is
    /// damaged.</summary>
    public (ulong Version, string? Error) LoadFence()
    {
        try
        {
            if (!File.Exists(_fencePath))
                return (0, null);
            string[] words = File.ReadAllText(_fencePath).TrimEnd('\n').Split(' ');
            return words.Length == 2
                && ulong.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong version)
                && string.Equals(words[1], FenceProof(words[0]), StringComparison.Ordinal)
                ? (version, null)
                : (0, $"{_fencePath}: damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, $"{_fencePath}: {e.Message}");
        }
    }

    private static string FenceProof(string version) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(version)).AsSpan(0, 8));
}
