using System.Text.Json;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Contexts;

/// <summary>The file with a person's contexts, which nobody else may read. It is replaced as a whole, so that one who
/// reads it meanwhile has the old or the new one.</summary>
/// <param name="path">Where it is, or will be.</param>
internal sealed class ContextFile(string path)
{
    /// <summary>The variable that names another file.</summary>
    public const string PathVariable = "HYPERPLANE_CONFIG";

    /// <summary>The most contexts.</summary>
    public const int MaxContexts = 1_000;

    private const long MaxBytes = 4 * 1024 * 1024;
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where it is, for messages.</summary>
    public string Path => path;

    /// <summary>The file that the environment says, else that of the XDG base directory specification.</summary>
    public static ContextFile Of(CommandIo io)
    {
        if (io.Variable(PathVariable) is { Length: > 0 } said)
            return new ContextFile(said);
        string folder = io.Variable("XDG_CONFIG_HOME") is { Length: > 0 } config && System.IO.Path.IsPathRooted(config)
            ? config
            : System.IO.Path.Combine(io.Variable("HOME") is { Length: > 0 } home ? home : "/", ".config");
        return new ContextFile(System.IO.Path.Combine(folder, "hyperplane", "contexts.json"));
    }

    /// <summary>What it holds, nothing when there is none; throws a usage failure when it cannot be used.</summary>
    public SavedContexts Read()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return new SavedContexts(new(StringComparer.Ordinal));
            if ((file.UnixFileMode & Others) != UnixFileMode.None)
                throw Unusable("others can read it, and it holds keys", $"chmod 600 {path}");
            if (file.Length > MaxBytes)
                throw Unusable($"it has more than {MaxBytes >> 20} MiB", $"remove {path}");
            SavedContexts? read = JsonSerializer.Deserialize(File.ReadAllBytes(path), WireJson.Default.SavedContexts);
            // Annotations hold for members, not for what a dictionary has.
            return read is not null && !read.Contexts.ContainsValue(null!)
                ? read
                : throw Unusable("something is null in it", $"mend or remove {path}");
        }
        catch (JsonException wrong)
        {
            throw Unusable($"it is not as lbctl writes it, at line {wrong.LineNumber + 1}", $"mend or remove {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e.Message, $"set {PathVariable} to another file");
        }
    }

    /// <summary>Replaces what it holds.</summary>
    public void Write(SavedContexts contexts)
    {
        string beside = $"{path}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnersOnly;
            using (var file = new FileStream(beside, options))
                JsonSerializer.Serialize(file, contexts, WireJson.Default.SavedContexts);

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(beside);
            throw new CommandFailure(
                ExitCode.Error, $"{path} cannot be written: {e.Message}", [$"set {PathVariable} to another file"]);
        }
    }

    private CommandFailure Unusable(string why, string advice) =>
        new(ExitCode.Usage, $"the contexts in {path} cannot be used: {why}", [advice]);
}
