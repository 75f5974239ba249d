using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Decap.Checks;

/// <summary>What the check list asks of the machine.</summary>
internal sealed class HostFacts
{
    /// <summary>A kernel setting by its path under /proc/sys; null when there is none such.</summary>
    public required Func<string, string?> Setting { get; init; }

    /// <summary>Whether the kernel takes packets to an address for its own.</summary>
    public required Func<IPAddress, bool> IsLocal { get; init; }

    /// <summary>The kernel's release.</summary>
    public required Version Kernel { get; init; }

    /// <summary>Of this machine, in this network namespace.</summary>
    public static HostFacts OfThisMachine() => new()
    {
        Setting = ReadSetting, IsLocal = CanBind, Kernel = Environment.OSVersion.Version,
    };

    private static string? ReadSetting(string path)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/{path}").Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool CanBind(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
