using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Tests.Configuration;

public sealed class SchemaTests
{
    private static readonly JsonObject Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Sample.Docs, "hpdp.schema.json")))!.AsObject();

    public static TheoryData<string, Type> Objects => new()
    {
        { "", typeof(HpdpConfig) },
        { "neighbour", typeof(NeighbourConfig) },
        { "snatPorts", typeof(SnatPortsConfig) },
        { "challenges", typeof(ChallengesConfig) },
        { "vip", typeof(VipConfig) },
        { "newFlows", typeof(NewFlowsConfig) },
        { "listener", typeof(ListenerConfig) },
        { "groupShare", typeof(GroupShareConfig) },
        { "tunnel", typeof(TunnelConfig) },
        { "targetGroup", typeof(TargetGroupConfig) },
        { "target", typeof(TargetConfig) },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Schema_and_class_have_the_same_members_and_require_the_same(string definition, Type type)
    {
        JsonObject node = Definition(definition);
        PropertyInfo[] members = type.GetProperties();
        Assert.Equal(
            members.Select(Name).Order(StringComparer.Ordinal),
            node["properties"]!.AsObject().Select(member => member.Key)
                .Where(name => name != "$schema").Order(StringComparer.Ordinal));
        Assert.Equal(
            members.Where(member => member.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)))
                .Select(Name).Order(StringComparer.Ordinal),
            (node["required"]?.AsArray() ?? []).Select(name => (string)name!).Order(StringComparer.Ordinal));
        Assert.False((bool)node["additionalProperties"]!);
    }

    [Fact]
    public void Every_object_of_the_schema_is_compared() =>
        Assert.Equal(
            Schema["$defs"]!.AsObject().Where(d => (string?)d.Value!["type"] == "object").Select(d => d.Key)
                .Order(StringComparer.Ordinal),
            Objects.Select(row => row.Data.Item1).Where(name => name.Length > 0).Order(StringComparer.Ordinal));

    [Fact]
    public void The_example_keeps_to_the_schema_and_uses_every_member()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        Walk(Sample.Json, "", used);
        foreach ((string definition, Type type) in Objects.Select(row => row.Data))
        {
            foreach (PropertyInfo member in type.GetProperties())
                Assert.Contains($"{definition}.{Name(member)}", used);
        }
    }

    [Fact]
    public void Defaults_and_bounds_of_the_schema_are_those_of_the_reader()
    {
        JsonObject properties = Definition("")["properties"]!.AsObject();
        HpdpConfig config = Sample.Config with { MaglevTableSize = 0 };
        var bare = Sample.Json;
        foreach (string name in new[] { "maglevTableSize", "flowCapacity", "halfOpenCapacity", "snatPorts", "anyMac",
            "nodeId", "mtuBytes", "challenges" })
            bare.Remove(name);
        HpdpConfig defaults = ConfigReader.Read(JsonSerializer.SerializeToUtf8Bytes(bare)).Config!;
        Assert.Equal((int)properties["maglevTableSize"]!["default"]!, defaults.MaglevTableSize);
        Assert.Equal((int)properties["flowCapacity"]!["default"]!, defaults.FlowCapacity);
        Assert.Equal((int)properties["halfOpenCapacity"]!["default"]!, defaults.HalfOpenCapacity);
        Assert.Equal((int)properties["nodeId"]!["default"]!, defaults.NodeId);
        Assert.Equal((int)properties["mtuBytes"]!["default"]!, defaults.MtuBytes);
        Assert.Equal((bool)properties["anyMac"]!["default"]!, defaults.AnyMac);
        Assert.Equal(new SnatPortsConfig(), defaults.SnatPorts);
        Assert.Equal(new ChallengesConfig(), defaults.Challenges);
        Assert.NotEqual(0, defaults.MaglevTableSize + config.MaglevTableSize);
        foreach ((string name, JsonNode? member) in properties)
        {
            if ((string?)member!["type"] != "integer")
                continue;
            foreach ((string bound, int over) in new[] { ("minimum", -1), ("maximum", 1) })
            {
                int value = (int)member[bound]!;
                Assert.Empty(Sample.ErrorsAfter(json => json[name] = value));
                Assert.Single(
                    Sample.ErrorsAfter(json => json[name] = value + over),
                    error => error.StartsWith($"$.{name}: ", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void A_groups_thresholds_have_the_schemas_defaults_and_bounds()
    {
        JsonObject properties = Definition("targetGroup")["properties"]!.AsObject();
        TargetGroupConfig bare = Sample.Config.TargetGroups[1];
        Assert.Equal((int)properties["minHealthyCount"]!["default"]!, bare.MinHealthyCount);
        Assert.Equal((int)properties["minHealthyPercent"]!["default"]!, bare.MinHealthyPercent);
        foreach (string name in (string[])["minHealthyCount", "minHealthyPercent"])
        {
            foreach ((string bound, int over) in new[] { ("minimum", -1), ("maximum", 1) })
            {
                int value = (int)properties[name]![bound]!;
                Assert.Empty(Sample.ErrorsAfter(json => json["targetGroups"]![0]![name] = value));
                Assert.Single(
                    Sample.ErrorsAfter(json => json["targetGroups"]![0]![name] = value + over),
                    error => error.StartsWith($"$.targetGroups[0].{name}: ", StringComparison.Ordinal));
            }
        }
    }

    private static JsonObject Definition(string name) =>
        name.Length == 0 ? Schema : Schema["$defs"]![name]!.AsObject();

    private static string Name(PropertyInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    /// <summary>Notes every member as "definition.member", and fails on one that the schema does not have.</summary>
    private static void Walk(JsonObject node, string definition, HashSet<string> used)
    {
        JsonObject properties = Definition(definition)["properties"]!.AsObject();
        foreach ((string name, JsonNode? value) in node)
        {
            Assert.True(properties.ContainsKey(name), $"{definition}.{name}");
            used.Add($"{definition}.{name}");
            JsonNode member = properties[name]!;
            string reference = ((string?)(member["items"] ?? member)["$ref"] ?? "").Split('/')[^1];
            foreach (JsonObject inner in (value as JsonArray ?? [.. Only(value)]).OfType<JsonObject>())
                Walk(inner, reference, used);
        }
    }

    private static ImmutableArray<JsonNode?> Only(JsonNode? value) => value is JsonObject one ? [one.DeepClone()] : [];
}
