using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Hyperplane.Bench.Control;

/// <summary>A folder with the keys and the socket of a server that is measured, and its environment; gone when
/// disposed.</summary>
internal sealed class ControlFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hpbench-").FullName;

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
    public string ControlUrl => "unix:" + Path.Combine(_folder, "control");

    /// <summary>The operator's key.</summary>
    public string OperatorKey { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>What seals the authority of the nodes' certificates.</summary>
    public string AuthorityKey { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>What the server gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

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
