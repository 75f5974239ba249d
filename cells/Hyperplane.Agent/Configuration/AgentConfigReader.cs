using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Hyperplane.Flows.Calls;

namespace Hyperplane.Agent.Configuration;

/// <summary>Reads agent.json; tells everything that is wrong with it at once.</summary>
public static class AgentConfigReader
{
    private const int LongestPath = 4_096;
    private const string Embedded = "embedded";
    private const string Orleans = "orleans";

    /// <summary>The mesh's 63 bytes, less what tells cells of this engine from others.</summary>
    private const int LongestOrleansCell = 55;

    /// <summary>The configuration, or null and at least one error, each "member: what is wrong".</summary>
    public static (AgentConfig? Config, IReadOnlyList<string> Errors) Read(ReadOnlyMemory<byte> json)
    {
        var errors = new List<string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (null, ["the document must be an object"]);
            AgentConfig config = ReadObject(new JsonReader(document.RootElement, "", errors), errors);
            return errors.Count == 0 ? (config, errors) : (null, errors);
        }
        catch (JsonException e)
        {
            return (null, [$"malformed JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}"]);
        }
        catch (InvalidOperationException)
        {
            return (null, ["malformed JSON: a string is not UTF-8"]);
        }
    }

    private static AgentConfig ReadObject(JsonReader json, List<string> errors)
    {
        var config = new AgentConfig(
            json.Text("cell"),
            json.Text("node"),
            json.Text("controller", LongestPath, CheckController),
            json.Text("enrolmentTokenFile", LongestPath, fallback: "") is { Length: > 0 } token ? token : null,
            json.Text("cellKeyFile", LongestPath),
            json.Text("stateDirectory", LongestPath),
            json.Text("interface", 15),
            (uint)json.Number("asn", 1, uint.MaxValue - 1),
            json.Address("routerId", required: false),
            ReadPeers(json, errors),
            (int)json.Number("holdTimeSeconds", 0, 65_535, 9, CheckHoldTime),
            (int)json.Number("flowCapacity", 1_024, 16_777_216, 262_144),
            (int)json.Number("maglevTableSize", 251, 655_373, 65_537, n => IsPrime(n) ? null : "must be a prime"),
            (int)json.Number("meshPort", 1, 65_535, 4_785),
            ReadBfd(json),
            (int)json.Number("realTimePriority", 0, 30, 0),
            json.Text("flowEngine", check: CheckEngine, fallback: Embedded) == Orleans,
            json.Text("flowSocket", LongestPath, CheckSocket, CallFrames.DefaultSocket),
            (int)json.Number("queues", 1, 16, 0),
            (int)json.Number("challengesPerSecond", 0, 10_000_000, 1_000_000));
        config = config with { FlowLog = ReadFlowLog(json, config.FlowLog) };
        if (config.FlowsInOrleans && Encoding.UTF8.GetByteCount(config.Cell) > LongestOrleansCell)
            errors.Add($"cell: must be at most {LongestOrleansCell} bytes with flowEngine {Orleans}");
        json.RefuseUnknown();
        return config;
    }

    private static BfdConfig ReadBfd(JsonReader json)
    {
        if (json.Object("bfd") is not { } bfd)
            return new BfdConfig(300, 3);
        var config = new BfdConfig(
            (int)bfd.Number("intervalMs", 10, 10_000, 300), (int)bfd.Number("multiplier", 2, 50, 3));
        bfd.RefuseUnknown();
        return config;
    }

    private static FlowLogConfig ReadFlowLog(JsonReader json, FlowLogConfig usual)
    {
        if (json.Object("flowLog") is not { } log)
            return usual;
        var config = new FlowLogConfig(
            log.Text("directory", LongestPath, CheckDirectory, usual.Directory),
            (int)log.Number("fileMebibytes", 1, 1_024, usual.FileMebibytes),
            (int)log.Number("files", 2, 1_000, usual.Files));
        log.RefuseUnknown();
        return config;
    }

    private static ImmutableArray<PeerConfig> ReadPeers(JsonReader json, List<string> errors)
    {
        var peers = new List<PeerConfig>();
        foreach (JsonReader item in json.Objects("peers", 1, 8))
        {
            IPAddress? address = item.Address("address", required: true);
            uint asn = (uint)item.Number("asn", 1, uint.MaxValue - 1);
            item.RefuseUnknown();
            if (address is null)
                continue;
            if (peers.Exists(p => p.Address.Equals(address)))
                errors.Add($"peers: {address} appears twice");
            peers.Add(new PeerConfig(address, asn));
        }

        return [.. peers];
    }

    private static string? CheckController(string text)
    {
        const string Form = "must be unix:/path/to/socket or https://host:port";
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return text.Length > "unix:/".Length && text["unix:".Length] == '/' && text.Length - "unix:".Length <= 107
                ? null
                : Form;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
            && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? null
            : Form;
    }

    private static string? CheckEngine(string name) => name switch
    {
        Embedded or Orleans => null,
        _ => "must be embedded or orleans",
    };

    private static string? CheckSocket(string path) =>
        path[0] == '/' && Encoding.UTF8.GetByteCount(path) <= CallFrames.LongestSocketPath
            ? null
            : $"must be an absolute path of at most {CallFrames.LongestSocketPath} bytes";

    private static string? CheckDirectory(string path) =>
        path[0] == '/' && !path.Contains('\0', StringComparison.Ordinal) ? null : "must be an absolute path";

    private static string? CheckHoldTime(long seconds) =>
        seconds is 1 or 2 ? "must be 0 or 3 to 65535 (RFC 4271 4.2)" : null;

    private static bool IsPrime(long number)
    {
        for (long divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return number > 1;
    }
}
