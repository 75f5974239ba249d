using System.Net;
using System.Text;
using System.Text.Json;
using Hyperplane.Flows.Calls;

namespace Hyperplane.Flows.Silo;

/// <summary>What a silo reads at its start; all but the last three must be there.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="Database">Where Orleans' membership tables are, an Npgsql connection string.</param>
/// <param name="Address">The node's address on the fabric: where other silos connect.</param>
/// <param name="SiloPort">For other silos; default 11111.</param>
/// <param name="Socket">The path of a unix socket for the node's agent; default
/// <see cref="CallFrames.DefaultSocket"/>.</param>
/// <param name="RecordsPerReplica">Records of a replica, two replicas a shard; default 65,536.</param>
internal sealed record SiloConfig(
    string Cell, string Database, IPAddress Address, int SiloPort, string Socket, int RecordsPerReplica)
{
    private static readonly string[] Known =
        ["cell", "database", "address", "siloPort", "socket", "recordsPerReplica"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no configuration; the message says why.</exception>
    public static SiloConfig Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            foreach (JsonProperty member in root.EnumerateObject())
            {
                if (!Known.Contains(member.Name))
                    throw new FormatException($"unknown member '{member.Name}'");
            }
            if (!IPAddress.TryParse(Text(root, "address"), out IPAddress? address))
                throw new FormatException("'address' is no address");
            return new SiloConfig(
                Text(root, "cell"),
                Text(root, "database"),
                address,
                Number(root, "siloPort", 11_111, IPEndPoint.MaxPort),
                SocketPath(root),
                Number(root, "recordsPerReplica", 65_536, 16_777_216));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"no JSON object of strings and numbers: {e.Message}", e);
        }
    }

    private static string SocketPath(JsonElement root)
    {
        string path = root.TryGetProperty("socket", out _) ? Text(root, "socket") : CallFrames.DefaultSocket;
        return path[0] == '/' && Encoding.UTF8.GetByteCount(path) <= CallFrames.LongestSocketPath
            ? path
            : throw new FormatException(
                $"'socket' is no absolute path of at most {CallFrames.LongestSocketPath} bytes");
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"'{name}' is missing");

    private static int Number(JsonElement root, string name, int otherwise, int most)
    {
        if (!root.TryGetProperty(name, out JsonElement value))
            return otherwise;
        return value.TryGetInt32(out int number) && number >= 1 && number <= most
            ? number
            : throw new FormatException($"'{name}' is no number from 1 to {most}");
    }
}
