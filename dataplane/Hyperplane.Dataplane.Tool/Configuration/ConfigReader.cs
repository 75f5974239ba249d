using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>Reads the configuration file; tells everything that is wrong with it at once.</summary>
internal static class ConfigReader
{
    /// <summary>The longest file read, in bytes.</summary>
    public const int LargestFileBytes = 256 << 20;

    private const int DeepestNesting = 8;
    private const int MaximumGateways = 8;
    private const int LongestIdleSeconds = 6_000;
    private const int HeaviestWeight = 999;
    private const int ShortestMtuBytes = 1_280;
    private const int LongestMtuBytes = 3_386;
    private const int LargestRate = 100_000_000;
    private const int MaximumSharers = 64;
    private const int Families = 2;
    private const string AddressForm = "an address as \"10.0.0.1\" or \"2001:db8::1\"";
    private const string PrefixForm = "a prefix as \"198.18.0.0/24\" or \"2001:db8::/48\", its host bits 0";
    private const string MacForm = "a MAC address as \"02:00:00:00:00:01\"";

    private static readonly Dictionary<string, TargetSelection> Selections = new(StringComparer.Ordinal)
    {
        ["five_tuple"] = TargetSelection.FiveTuple,
        ["source_ip"] = TargetSelection.SourceAddress,
        ["two_choices"] = TargetSelection.TwoChoices,
        ["least_flows"] = TargetSelection.LeastFlows,
    };

    private static readonly Dictionary<string, TunnelKind> Tunnels = new(StringComparer.Ordinal)
    {
        ["gue"] = TunnelKind.Gue,
        ["ipip"] = TunnelKind.Ipip,
        ["gre"] = TunnelKind.Gre,
        ["vxlan"] = TunnelKind.Vxlan,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ToolFailure">It cannot be read, or something is wrong with it.</exception>
    public static HpdpConfig ReadFile(string file)
    {
        byte[] json;
        try
        {
            if (new FileInfo(file).Length > LargestFileBytes)
                throw new ToolFailure(ExitCode.Usage, $"{file} is larger than {LargestFileBytes >> 20} MiB");
            json = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure(ExitCode.Usage, $"the configuration cannot be read: {failure.Message}");
        }
        (HpdpConfig? config, IReadOnlyList<string> errors) = Read(json);
        return config ?? throw new ToolFailure(
            ExitCode.Usage, $"{file}: {errors.Count} thing(s) wrong; infra/docs/HPDP.md has the format", errors);
    }

    /// <summary>The configuration, or null and at least one error, each "path: what is wrong; what to write".</summary>
    public static (HpdpConfig? Config, IReadOnlyList<string> Errors) Read(ReadOnlyMemory<byte> json)
    {
        var errors = new List<string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                WithoutMark(json), new JsonDocumentOptions { MaxDepth = DeepestNesting });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (null, ["$: write an object { … }"]);
            HpdpConfig config = ReadNode(new JsonMembers(document.RootElement, "$", errors));
            // What is not even readable contradicts nothing.
            if (errors.Count == 0)
                ConfigRules.Check(config, errors);
            return errors.Count == 0 ? (config, errors) : (null, errors);
        }
        catch (JsonException e)
        {
            return (null,
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)}"),
            ]);
        }
        catch (InvalidOperationException)
        {
            return (null, ["no JSON: a string is not UTF-8"]);
        }
    }

    private static HpdpConfig ReadNode(JsonMembers json)
    {
        var config = new HpdpConfig
        {
            NodeId = (ushort)json.Number("nodeId", 1, ushort.MaxValue, 1),
            Mac = Mac(json),
            AnyMac = json.Flag("anyMac", fallback: false),
            Subnets = Prefixes(json, "subnets", 0),
            Gateways = [.. json.Texts("gateways", 1, MaximumGateways, Address, AddressForm)],
            Neighbours = [.. json.Objects("neighbours", 0, DataplaneLimits.NextHops).Select(ReadNeighbour)],
            OwnPrefixes = Prefixes(json, "ownPrefixes", 1),
            TunnelSources = [.. json.Texts("tunnelSources", 0, Families, Address, AddressForm)],
            TunnelSourcePrefixes = Prefixes(json, "tunnelSourcePrefixes", 0, Families),
            MtuBytes = (int)json.Number("mtuBytes", ShortestMtuBytes, LongestMtuBytes, 1_500),
            SnatAddresses =
                [.. json.Texts("snatAddresses", 1, DataplaneLimits.SnatAddresses, Address, AddressForm)],
            SnatPorts = ReadPorts(json.Object("snatPorts")),
            Vips = [.. json.Objects("vips", 1, DataplaneLimits.Vips).Select(ReadVip)],
            TargetGroups = [.. json.Objects("targetGroups", 1, DataplaneLimits.TargetGroups).Select(ReadGroup)],
            MaglevTableSize = (int)json.Number("maglevTableSize", 251, 655_373, 65_537),
            FlowCapacity = (int)json.Number("flowCapacity", 1_024, 16_777_216, 65_536),
            HalfOpenCapacity = (int)json.Number("halfOpenCapacity", 256, 1_048_576, 16_384),
            Challenges = ReadChallenges(json.Object("challenges")),
        };
        if (!MaglevSize.IsAllowed(config.MaglevTableSize))
            json.Complain("maglevTableSize", $"is {config.MaglevTableSize}; write a prime, as 65537");
        json.RefuseUnknown("$schema");
        return config;
    }

    private static NeighbourConfig ReadNeighbour(JsonMembers json)
    {
        var neighbour = new NeighbourConfig { Address = Address(json), Mac = Mac(json) };
        json.RefuseUnknown();
        return neighbour;
    }

    private static ChallengesConfig ReadChallenges(JsonMembers? json)
    {
        if (json is null)
            return new ChallengesConfig();
        var challenges = new ChallengesConfig
        {
            PerSecond = (int)json.Number("perSecond", 0, 10_000_000, 1_000_000),
            KnownSeconds = (int)json.Number("knownSeconds", 1, 3_600, 60),
        };
        json.RefuseUnknown();
        return challenges;
    }

    private static SnatPortsConfig ReadPorts(JsonMembers? json)
    {
        if (json is null)
            return new SnatPortsConfig();
        var ports = new SnatPortsConfig
        {
            First = (ushort)json.Number("first", 1, ushort.MaxValue, 1_024),
            Last = (ushort)json.Number("last", 1, ushort.MaxValue, ushort.MaxValue),
            Begin = json.Has("begin") ? (ushort)json.Number("begin", 1, ushort.MaxValue) : null,
        };
        if (ports.Last < ports.First)
            json.Complain("last", $"is {ports.Last}; write {ports.First} (first) or more");
        else if (ports.Begin is { } begin && (begin < ports.First || begin > ports.Last))
            json.Complain("begin", $"is {begin}; write {ports.First} to {ports.Last} (first to last)");
        json.RefuseUnknown();
        return ports;
    }

    private static VipConfig ReadVip(JsonMembers json)
    {
        var vip = new VipConfig
        {
            Id = Id(json, "id"),
            Address = Address(json),
            NewFlows = ReadNewFlows(json.Object("newFlows")),
            Listeners = [.. json.Objects("listeners", 1, DataplaneLimits.Listeners).Select(ReadListener)],
        };
        json.RefuseUnknown();
        return vip;
    }

    private static NewFlowsConfig? ReadNewFlows(JsonMembers? json)
    {
        if (json is null)
            return null;
        var limits = new NewFlowsConfig
        {
            PerVip = (uint)json.Number("perVip", 0, LargestRate, 0),
            Tenant = (uint)json.Number("tenant", 0, uint.MaxValue, 0),
            PerTenant = (uint)json.Number("perTenant", 0, LargestRate, 0),
            PerSource = (uint)json.Number("perSource", 0, LargestRate, 0),
            Nodes = (int)json.Number("nodes", 1, MaximumSharers, 1),
        };
        json.RefuseUnknown();
        return limits;
    }

    private static ListenerConfig ReadListener(JsonMembers json)
    {
        var listener = new ListenerConfig
        {
            Id = Id(json, "id"),
            Protocol = json.Text("protocol", Protocol, "\"tcp\" or \"udp\"") is "udp" ? IpProtocol.Udp : IpProtocol.Tcp,
            Port = Port(json),
            TargetGroup = json.Has("targetGroup") ? Id(json, "targetGroup") : null,
            TargetGroups =
                [.. json.Objects("targetGroups", 0, DataplaneLimits.GroupsPerListener).Select(ReadShare)],
            IdleTimeoutSeconds = json.Has("idleTimeoutSeconds")
                ? (int)json.Number("idleTimeoutSeconds", 1, LongestIdleSeconds)
                : null,
            Allow = Prefixes(json, "allow", 0, DataplaneLimits.PrefixesPerList),
            Deny = Prefixes(json, "deny", 0, DataplaneLimits.PrefixesPerList),
        };
        if (listener.TargetGroup is null == listener.TargetGroups.IsEmpty)
            json.Complain("targetGroup", "is missing, or is there beside targetGroups; write one of the two");
        json.RefuseUnknown();
        return listener;
    }

    private static GroupShareConfig ReadShare(JsonMembers json)
    {
        var share = new GroupShareConfig
        {
            TargetGroup = Id(json, "targetGroup"),
            Weight = (int)json.Number("weight", 0, HeaviestWeight, 1),
            NearFirst = json.Flag("nearFirst", fallback: false),
        };
        json.RefuseUnknown();
        return share;
    }

    private static TargetGroupConfig ReadGroup(JsonMembers json)
    {
        var group = new TargetGroupConfig
        {
            Id = Id(json, "id"),
            Targets = [.. json.Objects("targets", 0, DataplaneLimits.TargetsPerGroup).Select(ReadTarget)],
            Selection = json.Has("selection") ? Named(json, "selection", Selections) : TargetSelection.FiveTuple,
            Tunnel = ReadTunnel(json.Object("tunnel")),
            ProxyProtocol = json.Flag("proxyProtocol", fallback: false),
            MinHealthyCount = (int)json.Number("minHealthyCount", 1, DataplaneLimits.TargetsPerGroup, 1),
            MinHealthyPercent = (int)json.Number("minHealthyPercent", 0, 100, 0),
        };
        json.RefuseUnknown();
        return group;
    }

    private static TunnelConfig? ReadTunnel(JsonMembers? json)
    {
        if (json is null)
            return null;
        var tunnel = new TunnelConfig
        {
            Kind = Named(json, "kind", Tunnels),
            Port = (ushort)json.Number("port", 0, ushort.MaxValue, 0),
            NetworkId = (uint)json.Number("networkId", 0, TunnelModel.LargestNetworkId, 0),
        };
        json.RefuseUnknown();
        return tunnel;
    }

    private static TargetConfig ReadTarget(JsonMembers json)
    {
        var target = new TargetConfig
        {
            Id = Id(json, "id"),
            Address = Address(json),
            Port = Port(json),
            Weight = (int)json.Number("weight", 0, HeaviestWeight, 1),
            Healthy = json.Flag("healthy", fallback: true),
            Draining = json.Flag("draining", fallback: false),
            Far = json.Flag("far", fallback: false),
        };
        json.RefuseUnknown();
        return target;
    }

    private static T Named<T>(JsonMembers json, string name, Dictionary<string, T> names)
        where T : struct =>
        json.Text(
            name, text => names.ContainsKey(text) ? text : null,
            string.Join(", ", names.Keys.Select(one => $"\"{one}\""))) is { } known
            ? names[known]
            : default;

    private static uint Id(JsonMembers json, string name) => (uint)json.Number(name, 0, uint.MaxValue);

    private static ushort Port(JsonMembers json) => (ushort)json.Number("port", 1, ushort.MaxValue);

    private static IPAddress Address(JsonMembers json) =>
        json.Text("address", Address, AddressForm) ?? IPAddress.None;

    private static ImmutableArray<byte> Mac(JsonMembers json) =>
        json.Text("mac", MacText.Parse, MacForm) is { } mac ? [.. mac] : [];

    private static ImmutableArray<IPNetwork> Prefixes(
        JsonMembers json, string name, int minimum, int maximum = DataplaneLimits.OwnPrefixes) =>
    [
        .. json.Texts(name, minimum, maximum, Prefix, PrefixForm)
            .Select(text => IPNetwork.Parse(text)),
    ];

    private static string? Protocol(string text) => text is "tcp" or "udp" ? text : null;

    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.ToString() == text
            && !text.Contains('%', StringComparison.Ordinal)
            ? address
            : null;

    private static string? Prefix(string text) =>
        IPNetwork.TryParse(text, out IPNetwork prefix) && prefix.ToString() == text
            ? text
            : null;

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    /// <summary>The parser's first sentence.</summary>
    private static string Reason(JsonException e) => e.Message.Split(". ")[0];
}
