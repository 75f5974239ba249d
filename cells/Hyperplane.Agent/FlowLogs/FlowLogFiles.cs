using System.Globalization;
using Hyperplane.Agent.Configuration;

namespace Hyperplane.Agent.FlowLogs;

/// <summary>The files of the flow log: numbered, appended to, never renamed; a bounded number of bounded
/// size.</summary>
/// <remarks>Whoever ships them reads <c>flows-*.jsonl</c> and need not be told of a change: a file that has a successor
/// does not grow any more. Not synchronised to disk: a line is lost with the machine, not with the agent.</remarks>
/// <param name="config">Where, and how much.</param>
public sealed class FlowLogFiles(FlowLogConfig config) : IDisposable
{
    private const string Prefix = "flows-";
    private const string Suffix = ".jsonl";
    private const UnixFileMode ForGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly long _longest = config.FileMebibytes * 1024L * 1024;
    private FileStream? _file;
    private long _bytes;

    /// <summary>Appends whole lines, all or none; null, or why not.</summary>
    public string? Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            if (_file is not null && (_bytes + lines.Length > _longest || !File.Exists(_file.Name)))
                Close();
            _file ??= Open(lines.Length);
            _file.Write(lines);
            _bytes += lines.Length;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack();
            Close();
            return e.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Goes on with the newest file where that has room.</summary>
    private FileStream Open(int wantedBytes)
    {
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(
                config.Directory, ForGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        List<long> numbers = Numbers();
        long newest = numbers.Count > 0 ? numbers[^1] : 0;
        var last = new FileInfo(PathOf(newest));
        bool goesOn = last.Exists && last.Length + wantedBytes < _longest;
        long number = goesOn ? newest : newest + 1;
        foreach (long old in numbers.Take(numbers.Count + (goesOn ? 0 : 1) - config.Files))
            File.Delete(PathOf(old));
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = ForGroup;
        var file = new FileStream(PathOf(number), options);
        _bytes = file.Length;
        EndLine(file);
        return file;
    }

    /// <summary>What a kill cut off must not take the next line with it.</summary>
    private void EndLine(FileStream file)
    {
        if (_bytes == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() == '\n')
            return;
        file.Write("\n"u8);
        _bytes++;
    }

    /// <summary>A full disk takes half a line.</summary>
    private void TakeBack()
    {
        try
        {
            if (_file?.Length > _bytes)
                _file.SetLength(_bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next one begins on a line of its own.
        }
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What could not be written was told when it was written.
        }
        _file = null;
    }

    private List<long> Numbers()
    {
        var numbers = new List<long>();
        foreach (string path in Directory.EnumerateFiles(config.Directory, $"{Prefix}*{Suffix}"))
        {
            string name = Path.GetFileName(path);
            if (long.TryParse(
                name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out long number) && PathOf(number) == path)
                numbers.Add(number);
        }
        numbers.Sort();
        return numbers;
    }

    private string PathOf(long number) =>
        Path.Combine(config.Directory, $"{Prefix}{number.ToString("D9", CultureInfo.InvariantCulture)}{Suffix}");
}
