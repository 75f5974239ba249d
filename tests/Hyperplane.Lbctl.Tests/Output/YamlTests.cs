using System.Text;
using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lbctl.Output;
using YamlDotNet.RepresentationModel;

namespace Hyperplane.Lbctl.Tests.Output;

/// <summary>YAML says what the JSON said.</summary>
public class YamlTests
{
    private const string PyYamlReads = "import sys, yaml, json\njson.dump(yaml.safe_load(sys.argv[1]), sys.stdout)";

    private static readonly string[] Tricky =
    [
        "", " ", "null", "~", "Yes", "off", "1", "0x1f", "1e3", ".5", "-", "- a", "a: b", "#c", "a #b", "'", "\"", "\\",
        "a\nb", "\ttab", "\u001b[31m", "\u0085", "\u2028", "\u202e", "\U000e0001", "é", "漢", "🎈", "2026-03-01",
        "10.0.0.1", "12:30:45", "!tag",
        "&anchor", "*alias", "%x", "@x", "`x", "{", "[", "}", "]", ",", "?", "|", ">", "trailing ", "=", "<<", "...",
        "---",
    ];

    [Fact]
    public void Any_json_read_back_from_yaml_is_the_same()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            string json = Json(new Random(seed), depth: 0);
            using JsonDocument document = JsonDocument.Parse(json);
            var stream = new YamlStream();
            stream.Load(new StringReader(YamlText.Of(document.RootElement)));
            Assert.True(Same(document.RootElement, stream.Documents.Single().RootNode), $"seed {seed}: {json}");
        }
    }

    [Fact]
    public void Another_yaml_reader_sees_strings_where_the_json_has_strings()
    {
        (int exitCode, _, _) = Command.Try(TimeSpan.FromSeconds(20), "python3", "-c", "import yaml");
        Assert.SkipUnless(exitCode == 0, "needs python3 with yaml");

        string json =
            JsonSerializer.Serialize(new { Strings = Tricky, Names = Tricky.ToDictionary(text => text, text => 1) });
        using JsonDocument document = JsonDocument.Parse(json);
        string read = Command.Run("python3", "-c", PyYamlReads, YamlText.Of(document.RootElement));

        using JsonDocument back = JsonDocument.Parse(read);
        Assert.True(JsonElement.DeepEquals(document.RootElement, back.RootElement), read);
    }

    private static string Json(Random random, int depth) => random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => random.NextInt64().ToString(System.Globalization.CultureInfo.InvariantCulture),
        3 => Text(random),
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Json(random, depth + 1)))}]",
        _ => Object(random, depth),
    };

    private static string Object(Random random, int depth)
    {
        IEnumerable<string> names = Enumerable.Range(0, random.Next(4)).Select(_ => Text(random)).Distinct();
        return $"{{{string.Join(',', names.Select(name => $"{name}:{Json(random, depth + 1)}"))}}}";
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (int part = random.Next(3); part >= 0; part--)
            text.Append(Tricky[random.Next(Tricky.Length)]);
        return JsonSerializer.Serialize(text.ToString());
    }

    private static bool Same(JsonElement json, YamlNode yaml) => (json.ValueKind, yaml) switch
    {
        (JsonValueKind.Object, YamlMappingNode map) =>
            json.EnumerateObject().Count() == map.Children.Count
            && json.EnumerateObject().All(one => Same(one.Value, map.Children[new YamlScalarNode(one.Name)])),
        (JsonValueKind.Array, YamlSequenceNode list) =>
            json.GetArrayLength() == list.Children.Count
            && json.EnumerateArray().Zip(list.Children).All(pair => Same(pair.First, pair.Second)),
        (JsonValueKind.String, YamlScalarNode text) => json.GetString() == text.Value,
        (_, YamlScalarNode scalar) =>
            scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && json.GetRawText() == scalar.Value,
        _ => false,
    };
}
