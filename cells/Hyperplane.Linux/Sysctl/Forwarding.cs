namespace Hyperplane.Linux.Sysctl;

/// <summary>Tells whether the kernel of this network namespace forwards packets by itself, which a node's must
/// not.</summary>
public static class Forwarding
{
    private const string Path = "/proc/sys/net/ipv4/ip_forward";

    /// <summary>Null when <c>net.ipv4.ip_forward</c> is 0; otherwise what is wrong and how to mend it.</summary>
    public static string? Check()
    {
        try
        {
            string value = File.ReadAllText(Path).Trim();
            return value is "0" ? null : $"net.ipv4.ip_forward is {value}, must be 0: sysctl -w net.ipv4.ip_forward=0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"net.ipv4.ip_forward cannot be read: {e.Message}";
        }
    }
}
