namespace Hyperplane.Agent.Hosting;

/// <summary>The secret that the nodes of a cell share: their mesh proves itself with it.</summary>
internal static class CellKey
{
    private const int LongestBytes = 4_096;

    /// <summary>Reads the key, or tells why it cannot be one; the key itself is never part of a message.</summary>
    public static (string Key, string? Error) Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestBytes)
                return ("", $"cellKeyFile: {path} has more than {LongestBytes} bytes");
            string key = File.ReadAllText(path).Trim();
            return key.Length > 0 && key.All(c => c is > ' ' and < '\u007f')
                ? (key, null)
                : ("", $"cellKeyFile: {path} holds no key of printable ASCII");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ("", $"cellKeyFile: {e.Message}");
        }
    }
}
