using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Hyperplane.Lab.Control;

/// <summary>A folder with the keys and the sockets of servers over one database, and their environment; gone when
/// disposed.</summary>
public sealed class ControlFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hpctl-").FullName;

    /// <summary>Writes the keys.</summary>
    /// <param name="connection">How to reach the database.</param>
    public ControlFolder(string connection)
    {
        ApiUrl = $"http://127.0.0.1:{FreePort()}";
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HYPERPLANE_DB"] = connection,
            ["HYPERPLANE_API_URL"] = ApiUrl,
            ["HYPERPLANE_OPERATOR_KEY_FILE"] = KeyFile("operator", OperatorKey),
            ["HYPERPLANE_CA_KEY_FILE"] = KeyFile("ca", AuthorityKey),
            ["HYPERPLANE_CONTROL_LISTEN"] = ControlUrl,
        };
    }

    /// <summary>Where the API listens.</summary>
    public string ApiUrl { get; }

    /// <summary>Where the controller listens.</summary>
    public string ControlUrl => UrlOf(0);

    /// <summary>The operator's key.</summary>
    public string OperatorKey { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>What seals the authority of the nodes' certificates.</summary>
    public string AuthorityKey { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>What the server gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Where the nth controller listens, from 0 on.</summary>
    public string UrlOf(int controller) =>
        "unix:" + Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"control{controller}"));

    /// <summary>What the nth controller gets.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(int controller) =>
        new Dictionary<string, string>(Environment, StringComparer.Ordinal)
        {
            ["HYPERPLANE_CONTROL_LISTEN"] = UrlOf(controller),
        };

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string KeyFile(string name, string key)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
