namespace Hyperplane.Linux.Sysctl;

/// <summary>Tells whether the kernel of this network namespace forwards packets by itself, which a node's must
/// not.</summary>
public static class Forwarding
{
    private const string Root = "/proc/sys/";

    /// <summary>Null when neither <c>net.ipv4.ip_forward</c> nor <c>net.ipv6.conf.all.forwarding</c> is set; otherwise
    /// what is wrong and how to mend it. A kernel without IPv6 forwards none.</summary>
    public static string? Check() => Check("net.ipv4.ip_forward", isOptional: false)
        ?? Check("net.ipv6.conf.all.forwarding", isOptional: true);

    private static string? Check(string name, bool isOptional)
    {
        string path = Root + name.Replace('.', '/');
        if (isOptional && !File.Exists(path))
            return null;
        try
        {
            string value = File.ReadAllText(path).Trim();
            return value is "0" ? null : $"{name} is {value}, must be 0: sysctl -w {name}=0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{name} cannot be read: {e.Message}";
        }
    }
}
