using System.Text;

namespace Hyperplane.Lbctl.Applying.Reading;

/// <summary>The documents of a file, YAML or JSON.</summary>
internal static class TreeFile
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The documents of a file that a person named, or of standard input for <c>-</c>; a usage failure when
    /// it cannot be read or is none.</summary>
    public static IReadOnlyList<FileNode> Open(CommandIo io, string path)
    {
        string name = path == "-" ? "standard input" : path;
        try
        {
            return Parse(name, path == "-" ? Piped(io.Input) : Bytes(path));
        }
        catch (FileFault fault)
        {
            throw new CommandFailure(ExitCode.Usage, $"{fault.At}: {fault.Message}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Usage, $"'{path}' cannot be read: {wrong.Message}");
        }
    }

    /// <summary>The documents in these bytes; throws <see cref="FileFault"/>.</summary>
    public static IReadOnlyList<FileNode> Parse(string name, byte[] bytes)
    {
        var begin = new Place(name, 1, 1);
        if (bytes.Length > FileLimits.MaxBytes)
            throw new FileFault(begin, $"a file may have {FileLimits.MaxBytes >> 20} MiB");
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new FileFault(PlaceOf(name, content, wrong.Index), "this is no UTF-8");
        }

        // What begins as an object is JSON, or YAML that looks like it: whoever says .json means JSON.
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return YamlFile.Read(name, text);
        try
        {
            return JsonFile.Read(name, content);
        }
        catch (FileFault) when (!name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return YamlFile.Read(name, text);
        }
    }

    private static Place PlaceOf(string name, ReadOnlySpan<byte> bytes, int index)
    {
        ReadOnlySpan<byte> before = bytes[..Math.Clamp(index, 0, bytes.Length)];
        return new Place(name, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }

    private static byte[] Bytes(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var bytes = new MemoryStream();
        byte[] part = new byte[16 * 1024];
        int count;
        while (bytes.Length <= FileLimits.MaxBytes && (count = file.Read(part)) > 0)
            bytes.Write(part, 0, count);
        return bytes.ToArray();
    }

    private static byte[] Piped(TextReader input)
    {
        var text = new StringBuilder();
        char[] part = new char[16 * 1024];
        int count;
        while (text.Length <= FileLimits.MaxBytes && (count = input.Read(part)) > 0)
            text.Append(part, 0, count);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
