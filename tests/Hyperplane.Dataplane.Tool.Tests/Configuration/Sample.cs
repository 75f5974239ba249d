using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Tests.Configuration;

/// <summary>The documented example, whole or with something changed.</summary>
internal static class Sample
{
    /// <summary>Where <c>infra/docs</c> is.</summary>
    public static string Docs { get; } = FindDocs();

    public static string File => Path.Combine(Docs, "hpdp.example.json");

    public static HpdpConfig Config => ConfigReader.ReadFile(File);

    public static JsonObject Json => JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    /// <summary>What is said about the example after a change.</summary>
    public static IReadOnlyList<string> ErrorsAfter(Action<JsonObject> change)
    {
        JsonObject json = Json;
        change(json);
        return Errors(json.ToJsonString());
    }

    public static IReadOnlyList<string> Errors(string text) => ConfigReader.Read(Encoding.UTF8.GetBytes(text)).Errors;

    /// <summary>All groups in mode dsr, over either family; a source may begin two flows a second.</summary>
    public static HpdpConfig InTunnels(this HpdpConfig config, TunnelKind kind) => config with
    {
        TunnelSources = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2001:db8:f::1")],
        TunnelSourcePrefixes = [IPNetwork.Parse("172.30.0.0/24"), IPNetwork.Parse("2001:db8:30::/64")],
        Vips = [.. config.Vips.Select(vip => vip with { NewFlows = new NewFlowsConfig { PerSource = 2 } })],
        TargetGroups =
        [
            .. config.TargetGroups.Select(group => group with
            {
                Selection = TargetSelection.SourceAddress,
                Tunnel = new TunnelConfig
                {
                    Kind = kind, NetworkId = kind is TunnelKind.Gre or TunnelKind.Vxlan ? 9u : 0,
                },
            }),
        ],
    };

    /// <summary>All listeners with the same lists of sources: prefixes with spaces between.</summary>
    public static HpdpConfig WithLists(this HpdpConfig config, string allow, string deny) => config with
    {
        Vips =
        [
            .. config.Vips.Select(vip => vip with
            {
                Listeners =
                [
                    .. vip.Listeners.Select(listener => listener with
                    {
                        Allow = [.. Prefixes(allow)], Deny = [.. Prefixes(deny)],
                    }),
                ],
            }),
        ],
    };

    private static IEnumerable<IPNetwork> Prefixes(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(prefix => IPNetwork.Parse(prefix));

    private static string FindDocs()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "Hyperplane.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("no Hyperplane.sln above"), "infra", "docs");
    }
}
